using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VideoGen.Silo.Tests.Webhooks;

/// <summary>What came, as it came over the wire.</summary>
internal sealed record Received(string Path, string Id, string Timestamp, string Signature, string Body, string? Missed)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>Whether the signature is that of Standard Webhooks, computed here from nothing of the judged code.</summary>
    public bool IsSignedBy(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{Timestamp}.{Body}")));
        return Signature == $"v1,{Convert.ToBase64String(hash)}";
    }
}

/// <summary>A subscriber on a loopback port. A test says what it answers at each path; else it takes everything.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<Received> _received = [];

    private Subscriber(WebApplication application) => _application = application;

    /// <summary>By the path; it may set the status and headers, or take its time.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Answers { get; } = new(StringComparer.Ordinal);

    public string UrlOf(string path) => $"{_application.Urls.Single()}{path}";

    public IReadOnlyList<Received> At(string path) => [.. _received.Where(received => received.Path == path)];

    public static async Task<Subscriber> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var subscriber = new Subscriber(builder.Build());
        subscriber._application.Run(subscriber.TakeAsync);
        await subscriber._application.StartAsync();
        return subscriber;
    }

    public async Task<IReadOnlyList<Received>> WaitForAsync(string path, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (At(path).Count < count)
        {
            await Task.Delay(20, patience.Token);
        }

        return At(path);
    }

    public async ValueTask DisposeAsync()
    {
        using var hasty = new CancellationTokenSource(TimeSpan.Zero);
        await ((Task)_application.StopAsync(hasty.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        _received.Enqueue(new Received(
            context.Request.Path,
            context.Request.Headers["webhook-id"].ToString(),
            context.Request.Headers["webhook-timestamp"].ToString(),
            context.Request.Headers["webhook-signature"].ToString(),
            body,
            context.Request.Headers["videogen-missed"].FirstOrDefault()));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (Answers.TryGetValue(context.Request.Path, out var answer))
        {
            await answer(context);
        }
    }
}
