using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace VideoGen.Silo.Cluster;

/// <summary>
/// Says what a start waits for. A silo joins only when each that the cluster lists as alive answers it, or was declared dead. After a crash that takes
/// a moment.
/// </summary>
internal sealed partial class JoinNotice(
    IMembershipTable table,
    ILocalSiloDetails self,
    IOptions<ClusterMembershipOptions> membership,
    TimeProvider time,
    ILogger<JoinNotice> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>A usual start is over by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Repeated = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _joined = new();

    /// <summary>After so long without a sign of life a silo that is gone was declared dead: its row is stale, that is seen, and it is probed.</summary>
    private TimeSpan UntilDeclaredDead =>
        (membership.Value.IAmAliveTablePublishTimeout * membership.Value.NumMissedTableIAmAliveLimit)
        + membership.Value.TableRefreshTimeout
        + (membership.Value.ProbeTimeout * (membership.Value.NumMissedProbesLimit + 1));

    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe($"{nameof(JoinNotice)}.Begin", ServiceLifecycleStage.ApplicationServices + 1, BeginAsync, EndAsync);
        observer.Subscribe($"{nameof(JoinNotice)}.End", ServiceLifecycleStage.Active, EndAsync);
    }

    public void Dispose() => _joined.Dispose();

    private Task BeginAsync(CancellationToken cancellationToken)
    {
        _ = WatchAsync();
        return Task.CompletedTask;
    }

    private Task EndAsync(CancellationToken cancellationToken) => _joined.CancelAsync();

    private async Task WatchAsync()
    {
        try
        {
            await Task.Delay(Patience, time, _joined.Token);
            while (true)
            {
                await SayAsync();
                await Task.Delay(Repeated, time, _joined.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo is up, or stops.
        }
#pragma warning disable CA1031 // What keeps the table from being read fails the start itself, and is said there.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogTableUnreadable(exception.Message);
        }
    }

    private async Task SayAsync()
    {
        var now = time.GetUtcNow().UtcDateTime;
        var listed = (await table.ReadAllAsync(_joined.Token)).Members
            .Select(row => row.Item1)
            .Where(entry => entry.Status == SiloStatus.Active && !entry.SiloAddress.Equals(self.SiloAddress))
            .Select(entry => $"{entry.SiloAddress.Endpoint} on {entry.HostName} (last sign of life {Seconds(now - entry.IAmAliveTime)} s ago)")
            .ToList();
        if (listed.Count > 0)
        {
            LogWaiting(string.Join(", ", listed), Seconds(UntilDeclaredDead));
        }
    }

    private static long Seconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalSeconds);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "This silo joins when each silo that the cluster lists answers it: {Silos}. One that is gone is declared dead about {Seconds} s after its last sign.")]
    private partial void LogWaiting(string silos, long seconds);

    [LoggerMessage(2, LogLevel.Debug, "The list of silos could not be read: {Problem}")]
    private partial void LogTableUnreadable(string problem);
}
