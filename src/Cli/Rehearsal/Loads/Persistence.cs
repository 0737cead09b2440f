namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>Calls to a cluster that is struck: whatever fails is tried again, until an answer comes or nobody waits for it any more.</summary>
internal static class Persistence
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <exception cref="OperationCanceledException">No answer came until then.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken patience)
    {
        while (true)
        {
            try
            {
                return await call().WaitAsync(patience);
            }
#pragma warning disable CA1031 // Whatever a struck cluster throws, the next attempt may be answered.
            catch (Exception) when (!patience.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(Interval, patience);
            }
        }
    }
}
