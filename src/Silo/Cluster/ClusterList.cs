namespace VideoGen.Silo.Cluster;

/// <summary>Whether others can find this silo.</summary>
internal enum Listing
{
    /// <summary>It was not looked yet.</summary>
    Unknown,

    Listed,

    /// <summary>The list of silos does not answer. Who knows this silo goes on with it, and nobody new finds it.</summary>
    NoAnswer,

    /// <summary>The list answers, and this silo is not in it as one that is active.</summary>
    NotListed,
}

/// <summary>
/// The cluster's list of silos as this silo knew it last. A Redis that keeps nothing on disk comes back without it, and one that was restored from a copy comes
/// back with an older one; Orleans takes neither for news, so no client and no new silo would ever find those that are there. So each silo puts back what it
/// knows: all rows, those of the dead as well, so that none of them is taken for alive, and only then its version, which tells the silos that it is theirs.
/// </summary>
internal sealed class ClusterList(IMembershipTable table, SiloAddress self, TimeSpan renewal, TimeProvider time)
{
    private MembershipTableData? _known;

    /// <summary>Looks whether this silo is listed. A list that went back is restored at once, and <paramref name="restoring"/> hears of it before.</summary>
    /// <exception cref="Exception">The list does not answer; whatever its store throws.</exception>
    public async Task<Listing> CheckAsync(Action<int, int> restoring, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(cancellationToken);
        if (_known is not null && found.Version.Version < _known.Version.Version)
        {
            restoring(found.Version.Version, _known.Version.Version);
            found = await RestoreAsync(_known, found, cancellationToken);
        }

        // A newer list without this silo is that of a cluster which declared it dead. Orleans ends it; to come back is not this silo's to decide.
        if (found.TryGet(self) is not { Item1: { Status: SiloStatus.Active } own })
        {
            return Listing.NotListed;
        }

        _known = found;
        if (time.GetUtcNow().UtcDateTime - own.IAmAliveTime > 2 * renewal)
        {
            // Orleans renews it too, but after failures only once a minute, and until then others take this silo for one that may be gone.
            await table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = self, IAmAliveTime = time.GetUtcNow().UtcDateTime }, cancellationToken);
        }

        return Listing.Listed;
    }

    private async Task<MembershipTableData> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await table.ReadAllAsync(cancellationToken);
        }
#pragma warning disable CA1031 // A list that is gone cannot be read. To make it anew does nothing where there is one, and fails where no store answers.
        catch (Exception) when (_known is not null && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
            return await table.ReadAllAsync(cancellationToken);
        }
    }

    /// <summary>Each write names the version that it follows, so whatever others write meanwhile is seen, and nothing of it is lost.</summary>
    private async Task<MembershipTableData> RestoreAsync(MembershipTableData known, MembershipTableData found, CancellationToken cancellationToken)
    {
        while (found.Version.Version <= known.Version.Version)
        {
            var entry = known.Members.Select(row => row.Item1).FirstOrDefault(entry => IsNews(entry, found)) ?? known.TryGet(self)!.Item1;
            _ = found.TryGet(entry.SiloAddress) is { } there
                ? await table.UpdateRowAsync(entry, there.Item2, found.Version.Next(), cancellationToken)
                : await table.InsertRowAsync(entry, found.Version.Next(), cancellationToken);
            found = await table.ReadAllAsync(cancellationToken);
        }

        return found;
    }

    /// <summary>A silo's status only goes forward, up to its death.</summary>
    private static bool IsNews(MembershipEntry entry, MembershipTableData found) =>
        found.TryGet(entry.SiloAddress) is not { } row || row.Item1.Status < entry.Status;
}
