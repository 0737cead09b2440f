using System.Buffers;

namespace VideoGen.Silo.Api;

/// <summary>A response in the form <c>text/event-stream</c> of the HTML standard.</summary>
internal sealed class EventStream(HttpResponse response)
{
    private const string MediaType = "text/event-stream";

    /// <summary>More is not held in memory for one reader.</summary>
    private const int MaxUnflushed = 32 << 10;

    /// <summary>Who is cut off comes back after a second.</summary>
    private static readonly byte[] Beginning = "retry: 1000\n\n"u8.ToArray();

    private static readonly byte[] KeepAlive = ": still here\n\n"u8.ToArray();

    private int _unflushed;

    public static bool IsAskedFor(HttpRequest request) =>
        request.Headers.Accept.Any(accepted => accepted?.Contains(MediaType, StringComparison.OrdinalIgnoreCase) == true);

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        response.ContentType = MediaType;
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

    /// <summary>A part of an event, or several; <see cref="FlushAsync"/> sends what is left.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        response.BodyWriter.Write(part.Span);
        _unflushed += part.Length;
        if (_unflushed >= MaxUnflushed)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _unflushed = 0;
        await response.BodyWriter.FlushAsync(cancellationToken);
    }
}
