using VideoGen.Cli.Exits;
using VideoGen.Storage;
using VideoGen.Storage.Records;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Ends the waiting for tasks whose store cannot be used, long before the callers of those tasks give up. A full disk does not mend itself; what may pass
/// by itself, such as the lock of another process, is given some time.
/// </summary>
internal sealed class StorageGuard : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StoreHealth _health;
    private readonly TaskCompletionSource<StoreException> _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _patience;

    public StorageGuard(StoreHealth health, TimeProvider time)
    {
        _health = health;
        _patience = time.CreateTimer(_ => GiveUp(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _health.Changed += OnChanged;
    }

    public StoreException? Fault => _health.Fault;

    /// <exception cref="CommandFailedException">The store cannot be used.</exception>
    public async Task<T> WaitAsync<T>(Task<T> work)
    {
        if (await Task.WhenAny(work, _broken.Task) == work)
        {
            return await work;
        }

        // The work is left to itself. Its failure is looked at here, so that it is not reported once more as unobserved.
        _ = work.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var fault = await _broken.Task;
        throw new CommandFailedException(ExitCode.Unavailable, $"{fault.Message} The same command goes on from what is completed.", fault);
    }

    public void Dispose()
    {
        _health.Changed -= OnChanged;
        _patience.Dispose();
    }

    private void OnChanged(StoreException? fault) => _patience.Change(
        fault switch
        {
            null => Timeout.InfiniteTimeSpan,
            { Fault: StoreFault.Full or StoreFault.Unusable or StoreFault.Damaged or StoreFault.TooNew } => TimeSpan.Zero,
            _ => Patience,
        },
        Timeout.InfiniteTimeSpan);

    private void GiveUp()
    {
        if (_health.Fault is { } fault)
        {
            _broken.TrySetResult(fault);
        }
    }
}
