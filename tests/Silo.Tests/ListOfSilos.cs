using System.Net;
using Orleans.Runtime;

namespace VideoGen.Silo.Tests;

/// <summary>A list of silos in memory that keeps versions as the one in Redis does, and can be lost.</summary>
internal sealed class ListOfSilos : IMembershipTable
{
    private readonly Dictionary<SiloAddress, MembershipEntry> _rows = [];
    private int? _version = 0;

    public bool IsAway { get; set; }

    public int Version => _version!.Value;

    public int Writes { get; private set; }

    public static SiloAddress Silo(int number) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, number), 1);

    public SiloStatus? StatusOf(SiloAddress silo) => _rows.GetValueOrDefault(silo)?.Status;

    public DateTime LastRenewalOf(SiloAddress silo) => _rows[silo].IAmAliveTime;

    /// <summary>Another silo writes, in order.</summary>
    public void Put(SiloAddress silo, SiloStatus status, DateTime renewed = default)
    {
        _rows[silo] = new MembershipEntry { SiloAddress = silo, Status = status, IAmAliveTime = renewed, SiloName = "s", HostName = "h" };
        _version = (_version ?? 0) + 1;
    }

    public void Lose()
    {
        _rows.Clear();
        _version = null;
    }

    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
    {
        Answer();
        _version ??= 0;
        return Task.CompletedTask;
    }

    public Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        Answer();
        var version = _version ?? throw new InvalidOperationException("There is no list.");
        var rows = _rows.Values.Select(row => Tuple.Create(Copy(row), $"{version}")).ToList();
        return Task.FromResult(new MembershipTableData(rows, new TableVersion(version, $"{version}")));
    }

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        Task.FromResult(!_rows.ContainsKey(entry.SiloAddress) && Write(entry, tableVersion));

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default) =>
        Task.FromResult(etag == tableVersion.VersionEtag && _rows.ContainsKey(entry.SiloAddress) && Write(entry, tableVersion));

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default)
    {
        _rows[entry.SiloAddress].IAmAliveTime = entry.IAmAliveTime;
        return Task.CompletedTask;
    }

    [Obsolete("As in the interface.")]
    public Task InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task<MembershipTableData> ReadRow(SiloAddress key) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task<MembershipTableData> ReadAll() => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    [Obsolete("As in the interface.")]
    public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();

    private bool Write(MembershipEntry entry, TableVersion version)
    {
        Answer();
        if (version.VersionEtag != $"{_version}" || version.Version != _version + 1)
        {
            return false;
        }

        Writes++;
        _rows[entry.SiloAddress] = Copy(entry);
        _version = version.Version;
        return true;
    }

    private void Answer()
    {
        if (IsAway)
        {
            throw new TimeoutException("Nobody answers.");
        }
    }

    private static MembershipEntry Copy(MembershipEntry entry) => new()
    {
        SiloAddress = entry.SiloAddress,
        Status = entry.Status,
        IAmAliveTime = entry.IAmAliveTime,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
    };
}
