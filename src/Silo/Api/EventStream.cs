namespace VideoGen.Silo.Api;

/// <summary>A response in the form <c>text/event-stream</c> of the HTML standard.</summary>
internal sealed class EventStream(HttpResponse response)
{
    /// <summary>Who is cut off comes back after a second.</summary>
    private static readonly byte[] Beginning = "retry: 1000\n\n"u8.ToArray();

    private static readonly byte[] KeepAlive = ": still here\n\n"u8.ToArray();

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        return SendAsync(Beginning, cancellationToken);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>A comment, so that neither side takes a quiet stream for a dead one.</summary>
    public Task KeepAliveAsync(CancellationToken cancellationToken) => SendAsync(KeepAlive, cancellationToken);
}
