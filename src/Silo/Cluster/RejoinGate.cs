using Microsoft.Extensions.Options;
using Orleans.Configuration;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Silo.Cluster;

/// <summary>Keeps a silo out of its cluster until it can store something: it would be given tasks for which it can do nothing.</summary>
internal sealed partial class RejoinGate(
    StorageProbe probe, IOptions<ClusterMembershipOptions> membership, TimeProvider time, ILogger<RejoinGate> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The store is not open yet, and a store of ours opens at each call. One that does not is left to its own start.</summary>
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(RejoinGate), ServiceLifecycleStage.ApplicationServices - 1, PassAsync);

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        // Others give up a silo that takes too long to join.
        var patience = TimeSpan.FromTicks(Math.Min(Patience.Ticks, membership.Value.MaxJoinAttemptTime.Ticks / 2));
        var started = time.GetTimestamp();
        var told = false;
        while (await probe.TryAsync(cancellationToken) is { } failure && MayPass(failure))
        {
            if (time.GetElapsedTime(started) > patience)
            {
                throw new TaskStorageException(
                    $"This silo did not join its cluster, since it could store nothing for {patience.TotalSeconds:0} s. {failure.Message}");
            }

            if (!told)
            {
                LogWaiting(SecretText.Mask(failure.Message));
                told = true;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Whether it may be over in a while. What is not is left to the start of the store, which says so and fails.</summary>
    private static bool MayPass(Exception failure) =>
        failure is TimeoutException or StoreException { Fault: StoreFault.Failed or StoreFault.Locked or StoreFault.Busy };

    [LoggerMessage(1, LogLevel.Warning, "This silo joins its cluster as soon as it can store something. {Problem}")]
    private partial void LogWaiting(string problem);
}
