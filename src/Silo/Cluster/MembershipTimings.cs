using Orleans.Configuration;

namespace VideoGen.Silo.Cluster;

/// <summary>
/// How soon a silo that is gone, or stands still, is declared dead. It must be well before a lease of the usual length runs out: until then nobody can renew
/// the leases of its tasks, and healthy workers would lose their work over it.
/// </summary>
internal static class MembershipTimings
{
    /// <summary>
    /// Missed probes before a silo is suspected. It is also spared for as long as anything at all came from it within that many times the longest probe.
    /// </summary>
    private const int MissedProbes = 3;

    /// <summary>A row that was not renewed for so many times the interval may be that of a silo that is gone: whoever joins probes it.</summary>
    private const int MissedRenewals = 3;

    /// <summary>
    /// A silo must be silent for nine seconds to be declared dead, so that no pause of its garbage collector or of its machine's scheduler ends it. A cluster
    /// whose only silo was killed is up again within fifteen.
    /// </summary>
    public static void Apply(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(1);
        membership.MinProbeTimeout = TimeSpan.FromSeconds(1);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
        membership.NumMissedProbesLimit = MissedProbes;
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedTableIAmAliveLimit = MissedRenewals;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(2);
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
    }

    /// <summary>For small clusters on one machine: six seconds of silence.</summary>
    public static void ApplyFast(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromMilliseconds(500);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = MissedProbes;
        membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(1);
        membership.NumMissedTableIAmAliveLimit = MissedRenewals;
        membership.TableRefreshTimeout = TimeSpan.FromSeconds(1);
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(5);
        membership.MaxJoinAttemptTime = TimeSpan.FromSeconds(30);
    }
}
