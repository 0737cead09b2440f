using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Api;

namespace VideoGen.Silo.Dashboard.Live;

/// <summary>
/// The changes of a page as server-sent events, at the address of the page itself. The id of an event tells the state that it leads to, so a browser that
/// comes back, to this silo or to another, is told what is different from what it shows and nothing else.
/// </summary>
internal sealed class LiveStream(LiveHub hub, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const string MediaType = "text/event-stream";

    /// <summary>A browser comes back by itself with this parameter; the header <c>Last-Event-ID</c> is only for one that does it for the script.</summary>
    private const string MarkParameter = "mark";

    private const int MaxMark = 32;

    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    /// <summary>Faster changes are drawn together: the eye sees no more, and the newest state is all that matters.</summary>
    private static readonly TimeSpan SentAtMostEvery = TimeSpan.FromMilliseconds(100);

    private static readonly byte[] KeepAlive = ": still here\n\n"u8.ToArray();

    public async Task<IResult> SendAsync(HttpContext context, LiveView view, string program)
    {
        var response = context.Response;
        if (hub.Join(view) is not { } feed)
        {
            UnavailableStorage.Answer(response, StatusCodes.Status503ServiceUnavailable);
            return TypedResults.Text("Too many different pages are open at this silo. Try again in a few seconds.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            response.ContentType = MediaType;
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            var now = JsonSerializer.Serialize(time.GetUtcNow());
            await response.WriteAsync($"event: hello\ndata: {{\"now\":{now},\"program\":\"{program}\"}}\n\n", stop.Token);
            await response.Body.FlushAsync(stop.Token);
            await FollowAsync(feed, MarkOf(context.Request), response, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The reader left, or the silo stops: the reader comes back, here or elsewhere, with the mark of what it shows.
        }
        finally
        {
            hub.Leave(view, feed);
        }

        return TypedResults.Empty;
    }

    private async Task FollowAsync(LiveFeed feed, string? mark, HttpResponse response, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (present, patch, changed) = feed.Since(mark);
            mark = present;
            if (patch is { } news)
            {
                await response.Body.WriteAsync(news, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
                await Task.Delay(SentAtMostEvery, time, cancellationToken);
            }
            else
            {
                await WaitAsync(changed, response, cancellationToken);
            }
        }
    }

    private async Task WaitAsync(Task changed, HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(KeepAliveInterval, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await response.Body.WriteAsync(KeepAlive, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    private static string? MarkOf(HttpRequest request) =>
        request.Query[MarkParameter] is [{ Length: > 0 and <= MaxMark } mark] ? mark
            : request.Headers["Last-Event-ID"] is [{ Length: > 0 and <= MaxMark } last] ? last
            : null;
}
