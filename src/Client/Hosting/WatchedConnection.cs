using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace VideoGen.Client.Hosting;

/// <summary>
/// A connection to a gateway, when the last byte came, and since when it owes an answer: what was sent first after that. It stands between Orleans and the
/// socket's pipes and copies nothing; each flush and each read costs it a field or two.
/// </summary>
internal sealed class WatchedConnection : IDuplexPipe
{
    private const long OwesNothing = 0;

    private readonly ConnectionContext _context;
    private readonly TimeProvider _time;
    private long _owesSince = OwesNothing;
    private long _heard;

    public WatchedConnection(ConnectionContext context, TimeProvider time)
    {
        _context = context;
        _time = time;
        _heard = time.GetTimestamp();
        Input = new WatchedReader(context.Transport.Input, this);
        Output = new WatchedWriter(context.Transport.Output, this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>The gateway's address.</summary>
    public string Address => $"{_context.RemoteEndPoint}";

    /// <summary>How long the gateway has not sent a byte, whether or not it has anything to say.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>How long the gateway has not sent a byte although something was sent to it; zero when it owes nothing.</summary>
    public TimeSpan Owing => Volatile.Read(ref _owesSince) is var since && since == OwesNothing ? TimeSpan.Zero : _time.GetElapsedTime(since);

    /// <summary>Rounds of pings in which the gateway was silent without a pause.</summary>
    public int Suspicions { get; set; }

    /// <summary>Ends the connection. Orleans then connects anew, or takes another gateway when this one does not answer to that either.</summary>
    public void Abort(string why) => _context.Abort(new ConnectionAbortedException(why));

    private void Sent() => Interlocked.CompareExchange(ref _owesSince, Math.Max(_time.GetTimestamp(), 1), OwesNothing);

    private void Received(in ReadResult result)
    {
        if (!result.Buffer.IsEmpty)
        {
            Volatile.Write(ref _heard, _time.GetTimestamp());
            Volatile.Write(ref _owesSince, OwesNothing);
        }
    }

    private sealed class WatchedReader(PipeReader inner, WatchedConnection connection) : PipeReader
    {
        public override bool TryRead(out ReadResult result)
        {
            var hasRead = inner.TryRead(out result);
            if (hasRead)
            {
                connection.Received(result);
            }

            return hasRead;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            connection.Received(result);
            return result;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class WatchedWriter(PipeWriter inner, WatchedConnection connection) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            connection.Sent();
            return inner.FlushAsync(cancellationToken);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            connection.Sent();
            return inner.WriteAsync(source, cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
