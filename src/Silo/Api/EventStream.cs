namespace VideoGen.Silo.Api;

/// <summary>A response in the form <c>text/event-stream</c> of the HTML standard.</summary>
internal sealed class EventStream(HttpResponse response)
{
    private const int ReconnectMilliseconds = 1_000;

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        return WriteAsync($"retry: {ReconnectMilliseconds}\n\n", cancellationToken);
    }

    /// <param name="id">What the reader sends back as Last-Event-ID.</param>
    /// <param name="line">The data, on one line.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    public Task SendAsync(long id, string line, CancellationToken cancellationToken) => WriteAsync($"id: {id}\ndata: {line}\n\n", cancellationToken);

    /// <summary>A comment, so that neither side takes a quiet stream for a dead one.</summary>
    public Task KeepAliveAsync(CancellationToken cancellationToken) => WriteAsync(": still here\n\n", cancellationToken);

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
