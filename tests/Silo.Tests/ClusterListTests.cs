using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using VideoGen.Silo.Cluster;

namespace VideoGen.Silo.Tests;

/// <summary>F17: the list in which silos find each other is lost, or goes back, and they put it back.</summary>
public sealed class ClusterListTests
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(2);

    private static readonly SiloAddress Own = ListOfSilos.Silo(1);
    private static readonly SiloAddress Other = ListOfSilos.Silo(2);
    private static readonly SiloAddress Gone = ListOfSilos.Silo(3);

    private readonly ListOfSilos _list = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ClusterList _own;
    private int _restored;

    public ClusterListTests()
    {
        _own = ListOf(Own);
        _list.Put(Gone, SiloStatus.Dead);
        _list.Put(Own, SiloStatus.Active, Now);
        _list.Put(Other, SiloStatus.Active, Now);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    [Fact]
    public async Task AnEmptyListIsPutBackWithItsDeadAndANewerVersion()
    {
        Assert.Equal(Listing.Listed, await CheckAsync(_own));
        _list.Lose();

        Assert.Equal(Listing.Listed, await CheckAsync(_own));

        Assert.Equal(1, _restored);
        Assert.Equal((SiloStatus.Active, SiloStatus.Active, SiloStatus.Dead), (_list.StatusOf(Own), _list.StatusOf(Other), _list.StatusOf(Gone)));
        Assert.True(_list.Version > 3, $"Version {_list.Version} is no news to those who knew version 3.");
    }

    [Fact]
    public async Task AnOlderListDoesNotBringTheDeadBack()
    {
        _list.Put(Other, SiloStatus.Dead);
        await CheckAsync(_own);
        _list.Lose();
        _list.Put(Other, SiloStatus.Active);

        Assert.Equal(Listing.Listed, await CheckAsync(_own));

        Assert.Equal((SiloStatus.Active, SiloStatus.Dead), (_list.StatusOf(Own), _list.StatusOf(Other)));
    }

    [Fact]
    public async Task AllSilosAreInTheListBeforeItsVersionIsTheirs()
    {
        await CheckAsync(_own);
        _list.Lose();
        _list.Put(ListOfSilos.Silo(4), SiloStatus.Active); // It found nobody, and began a cluster of its own.
        var other = ListOf(Other);
        await Task.WhenAll(CheckAsync(_own), CheckAsync(other));

        Assert.Equal(Listing.Listed, await CheckAsync(_own));
        Assert.Equal(Listing.Listed, await CheckAsync(other));

        Assert.Equal((SiloStatus.Active, SiloStatus.Active), (_list.StatusOf(Other), _list.StatusOf(ListOfSilos.Silo(4))));
    }

    [Fact]
    public async Task ASiloThatANewerListDoesNotNameStaysOut()
    {
        await CheckAsync(_own);
        _list.Lose();
        for (var silo = 4; silo <= 9; silo++)
        {
            _list.Put(ListOfSilos.Silo(silo), SiloStatus.Active);
        }

        Assert.Equal(Listing.NotListed, await CheckAsync(_own));

        Assert.Equal((0, null), (_list.Writes, _list.StatusOf(Own)));
    }

    [Fact]
    public async Task ASiloThatIsDeclaredDeadStaysDead()
    {
        await CheckAsync(_own);
        _list.Put(Own, SiloStatus.Dead);

        Assert.Equal(Listing.NotListed, await CheckAsync(_own));
        Assert.Equal(SiloStatus.Dead, _list.StatusOf(Own));
    }

    [Fact]
    public async Task NothingIsWrittenWhileNobodyAnswers()
    {
        await CheckAsync(_own);
        _list.IsAway = true;

        await Assert.ThrowsAsync<TimeoutException>(() => CheckAsync(_own));

        _list.IsAway = false;
        Assert.Equal(Listing.Listed, await CheckAsync(_own));
        Assert.Equal((0, 0), (_list.Writes, _restored));
    }

    [Fact]
    public async Task ARowThatOrleansRenewsTooSlowlyIsRenewedHere()
    {
        await CheckAsync(_own);
        _time.Advance(2 * Renewal);
        await CheckAsync(_own);
        var usual = _list.LastRenewalOf(Own);
        _time.Advance(TimeSpan.FromSeconds(1));

        await CheckAsync(_own);

        Assert.Equal((Now - (2 * Renewal) - TimeSpan.FromSeconds(1), Now), (usual, _list.LastRenewalOf(Own)));
    }

    private ClusterList ListOf(SiloAddress silo) => new(_list, silo, Renewal, _time);

    private Task<Listing> CheckAsync(ClusterList list) => list.CheckAsync((_, _) => _restored++, TestContext.Current.CancellationToken);
}
