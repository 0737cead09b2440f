using VideoGen.Tasks;

namespace VideoGen.Client.Hosting;

/// <summary>Tries to reach a silo for a while, since client and silos may be started together, and then says where there is none.</summary>
internal sealed class BoundedConnectionAttempts(string address, TimeSpan timeout, TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500));

    private long? _firstFailure;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        _firstFailure ??= time.GetTimestamp();
        if (time.GetElapsedTime(_firstFailure.Value) >= timeout)
        {
            throw new ClusterUnreachableException(
                $"No silo answers at {address}; it was tried for {timeout.TotalSeconds:0.#} s ({exception.Message.TrimEnd('.')}). "
                + "Start a silo there, or check the address.",
                exception);
        }

        await Retries.WaitAsync(1, Random.Shared, time, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
