using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using VideoGen.Grains.Notices;
using VideoGen.Tasks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Webhooks;

/// <summary>
/// Sends notices by POST, signed as Standard Webhooks has it. A name is resolved once for a connection, and the connection is made to the very address that was
/// found allowed, so a name that means something else a moment later leads nowhere else. Nothing follows a redirect, goes through a proxy or keeps a cookie.
/// </summary>
internal sealed class WebhookSender : INoticeSender, IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _places = new(StringComparer.Ordinal);
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookSender(WebhookOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = WebhookOptions.MaxOnTheWay,
            MaxResponseHeadersLength = WebhookOptions.MaxAnswerHeaders,
            MaxResponseDrainSize = WebhookOptions.MaxAnswerBytes,
            ConnectTimeout = WebhookOptions.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<NoticeAnswer> SendAsync(Webhook webhook, NoticeMessage message)
    {
        if (message.Body.Length > NoticeMessage.MaxBodyBytes)
        {
            return Failed($"The notice would take {message.Body.Length} bytes; {NoticeMessage.MaxBodyBytes} is the most.");
        }

        if (Objection(webhook.Url) is { } objection)
        {
            return Failed(objection);
        }

        // Of a subscription that was deleted the empty counter stays; there are as many as there ever were subscriptions.
        var places = _places.GetOrAdd(webhook.Id, static _ => new SemaphoreSlim(WebhookOptions.MaxOnTheWay));
        using var timeout = new CancellationTokenSource(WebhookOptions.Timeout, _time);
        try
        {
            await places.WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new NoticeAnswer(NoticeOutcome.NotTried, "Too many notices are on their way to it already.");
        }

        try
        {
            using var inTime = new CancellationTokenSource(WebhookOptions.Timeout, _time);
            return await PostAsync(webhook, message, inTime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Failed($"It did not answer within {WebhookOptions.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or ObjectDisposedException)
        {
            return Failed(SecretText.Mask(exception.GetBaseException().Message));
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Null when it is sound, and this silo would send to it; else what is wrong with it.</summary>
    public string? Check(Webhook webhook) => webhook.Check() ?? Objection(webhook.Url);

    /// <summary>Null when notices may go to that address, as far as its text says; else why not.</summary>
    public string? Objection(string url) =>
        Webhook.CheckUrl(url) is { } problem ? problem
        : _options.AllowPrivate ? null
        : new Uri(url) is var address && address.Scheme != Uri.UriSchemeHttps
            ? "A notice goes by https alone; only a silo that was started with --webhooks-allow-private sends it by http."
        : IPAddress.TryParse(address.Host.Trim('[', ']'), out var literal) && !PublicAddress.IsPublic(literal) ? RefusalOf(literal)
        : null;

    private async Task<NoticeAnswer> PostAsync(Webhook webhook, NoticeMessage message, CancellationToken cancellationToken)
    {
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("videogen-webhooks/1");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecret.Sign(webhook.Secret, message.Id, seconds, message.Body.Span));
        if (message.Missed > 0)
        {
            request.Headers.Add("videogen-missed", message.Missed.ToString(CultureInfo.InvariantCulture));
        }

        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var status = (int)answer.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new NoticeAnswer(NoticeOutcome.Told),
            (int)HttpStatusCode.Gone => new NoticeAnswer(NoticeOutcome.Gone, "It answered 410: it is gone."),
            >= 300 and < 400 => Failed($"It answered {status}, and redirects are not followed."),
            _ => Failed($"It answered {status}.", AskedOf(answer)),
        };
    }

    private TimeSpan? AskedOf(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter is not { } asked ? null : asked.Delta ?? (asked.Date is { } date ? date - _time.GetUtcNow() : null);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var allowed = addresses.Where(address => _options.AllowPrivate || PublicAddress.IsPublic(address)).ToArray();
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(addresses.Length == 0 ? $"The name {host} has no address." : RefusalOf(addresses[0]));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string RefusalOf(IPAddress address) =>
        $"{address} is no address of the Internet; only a silo that was started with --webhooks-allow-private sends there.";

    private static NoticeAnswer Failed(string problem, TimeSpan? retryAfter = null) => new(NoticeOutcome.Failed, problem, retryAfter);
}
