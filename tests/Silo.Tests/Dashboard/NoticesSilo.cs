using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Grains.Notices;
using VideoGen.Silo.Tests.Access;
using VideoGen.Silo.Tests.Webhooks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>A silo with keys that sends notices to this machine too, a subscriber there, and a person who sends forms.</summary>
public sealed partial class NoticesSilo : IAsyncLifetime
{
    private readonly AuditTests.Lines _lines = new();
    private HttpClient? _person;

    public NoticesSilo() => Silo = new LockedSilo { Logs = _lines, Change = options => options with { WebhooksAllowPrivate = true } };

    public LockedSilo Silo { get; }

    internal Subscriber Subscriber { get; private set; } = null!;

    internal IWebhooksGrain Webhooks => Silo.Application.Grains.GetGrain<IWebhooksGrain>(0);

    internal NoticeBook Book => Silo.Application.Silo.Services.GetRequiredService<NoticeBook>();

    internal IReadOnlyList<string> Logged(string? category = null) => [.. _lines.Of(category)];

    /// <summary>An admin whose browser keeps cookies.</summary>
    public HttpClient Person => _person!;

    public async ValueTask InitializeAsync()
    {
        await Silo.InitializeAsync();
        Subscriber = await Subscriber.StartAsync();
        _person = PersonWith(await Silo.CreateKeyAsync(VideoGen.Tasks.Access.Role.Admin, name: "keeper"));
    }

    public async ValueTask DisposeAsync()
    {
        _person?.Dispose();
        await Subscriber.DisposeAsync();
        await Silo.DisposeAsync();
        _lines.Dispose();
    }

    public HttpClient PersonWith(string key) => PersonWith(key, Silo.Http.BaseAddress!);

    public static HttpClient PersonWith(string key, Uri silo)
    {
        var person = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = silo };
        person.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        person.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return person;
    }

    internal async Task<Webhook> AddAsync(string name, string url = "https://example.org/")
    {
        var webhook = new Webhook(name, Webhook.NewId(), url, WebhookSecret.Create(), DateTimeOffset.UtcNow);
        await Webhooks.AddAsync(webhook);
        await Book.RefreshAsync();
        return webhook;
    }

    internal async Task<Webhook?> FindAsync(string name) => (await Webhooks.ReadAsync()).All.FirstOrDefault(webhook => webhook.Name == name);

    /// <summary>Asks for the form, fills it in, and sends it as a browser without a script does.</summary>
    internal static async Task<HttpResponseMessage> FillInAsync(HttpClient person, string path, params (string Field, string Text)[] fields)
    {
        var page = WebUtility.HtmlDecode(await person.GetStringAsync(path, TestContext.Current.CancellationToken));
        var token = Token().Match(page).Groups[1].Value;
        return await SendAsync(person, path, [.. fields, ("__RequestVerificationToken", token)]);
    }

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient person, string path, params (string Field, string Text)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Field, field.Text)));
        return await person.PostAsync(path.Split('?')[0], form, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
