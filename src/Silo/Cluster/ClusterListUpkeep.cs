using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace VideoGen.Silo.Cluster;

/// <summary>Sees to it that this silo can be found, for as long as it runs.</summary>
internal sealed partial class ClusterListUpkeep(
    IMembershipTable table,
    ILocalSiloDetails self,
    IOptions<ClusterMembershipOptions> membership,
    TimeProvider time,
    ILogger<ClusterListUpkeep> logger) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>The store's own time limit is for one call; a restored list takes several.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private volatile Listing _listing;

    /// <summary>A silo that nobody can find is not ready. One whose list does not answer still serves all who know it (F16).</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Health);

    private HealthCheckResult Health => _listing switch
    {
        Listing.NotListed => HealthCheckResult.Unhealthy("The cluster's list of silos does not name this silo: no client and no other silo finds it."),
        Listing.NoAnswer => HealthCheckResult.Degraded(
            "The cluster's list of silos does not answer: who is connected goes on, and nobody new finds the cluster until it answers."),
        _ => HealthCheckResult.Healthy(),
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var list = new ClusterList(table, self.SiloAddress, membership.Value.IAmAliveTablePublishTimeout, time);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await CheckAsync(list, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CheckAsync(ClusterList list, CancellationToken stoppingToken)
    {
        var before = _listing;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(Timeout);
            _listing = await list.CheckAsync(LogRestoring, patience.Token);
            if (_listing != before && before is Listing.NoAnswer or Listing.NotListed)
            {
                LogSeen(_listing);
            }
        }
#pragma warning disable CA1031 // Whatever keeps the list from answering, it is asked again.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _listing = Listing.NoAnswer;
            if (before != Listing.NoAnswer)
            {
                LogNoAnswer(exception.Message.Split('\n')[0]);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The cluster's list of silos came back empty or older, at version {Found} where {Known} was known. It is put back.")]
    private partial void LogRestoring(int found, int known);

    [LoggerMessage(2, LogLevel.Warning, "The cluster's list of silos does not answer ({Problem}). Who is connected goes on, and nobody new finds the cluster.")]
    private partial void LogNoAnswer(string problem);

    [LoggerMessage(3, LogLevel.Warning, "The cluster's list of silos answers again. This silo is in it: {Listing}.")]
    private partial void LogSeen(Listing listing);
}
