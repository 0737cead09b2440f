namespace VideoGen.Stages.Media;

/// <summary>
/// What one run writes to the standard input of its program. CliWrap lets go of the writer when the program ends; here it is kept, stopped, and
/// waited for, since whoever wrote disposes what it wrote with as soon as the run is over.
/// </summary>
internal sealed class ProgramInput : IAsyncDisposable
{
    private readonly Func<Stream, CancellationToken, Task> _write;
    private readonly CancellationTokenSource _stop;
    private Task _writing = Task.CompletedTask;

    public ProgramInput(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        _write = write;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>What kept the input from being written whole. A broken pipe is an <see cref="IOException"/>.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Begins to write. Called once, by the thread that started the program.</summary>
    /// <param name="stream">CliWrap's end of the pipe, which it closes when the program has ended.</param>
    /// <param name="ended">Cancelled before that.</param>
    public Task BeginAsync(Stream stream, CancellationToken ended) => _writing = WriteAsync(stream, PipeEnd.Duplicate(stream), ended);

    /// <summary>Tells the writer to stop, and ends when it has: from then on it touches nothing.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <param name="stream">CliWrap's end of the pipe.</param>
    /// <param name="own">The same end for the writer alone; the program sees the end of its input when both are closed.</param>
    /// <param name="ended">Cancelled when the program has ended.</param>
    private async Task WriteAsync(Stream stream, Stream? own, CancellationToken ended)
    {
        // The thread that starts programs has others to start.
        await Task.Yield();
        await using var closed = (own ?? Stream.Null).ConfigureAwait(false);
        try
        {
            await _write(own ?? stream, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The writer heeded the stop.
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException && ended.IsCancellationRequested)
        {
            // How the program ended says whether more was needed.
        }
#pragma warning disable CA1031 // Closing the pipe is all that can be done here; how the program ends tells whether this was the cause or the consequence.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failure = exception;
        }
    }
}
