using System.Diagnostics;
using VideoGen.Client.Workers;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>What a cluster makes of silos that are gone, with the timings that it has when nobody asks for others.</summary>
public sealed class MembershipFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>F11: a new silo waits until the killed one is declared dead, which took a hundred seconds with Orleans' own timings, and says so.</summary>
    [Fact]
    public async Task TheOnlySiloIsKilledAndAnotherStarts()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var first = await StartSiloAsync(redis))
        {
            await first.KillAsync();
        }

        var clock = Stopwatch.StartNew();
        await using var second = await StartSiloAsync(redis);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(45), $"The start took {clock.Elapsed}:\n{second.Output}");
        var said = Assert.Single(second.Output.Split('\n'), line => !line.Contains("The silo is up", StringComparison.Ordinal));
        Assert.Contains("This silo joins when each silo that the cluster lists answers it: 127.0.0.1:", said, StringComparison.Ordinal);
    }

    /// <summary>F8: leases of its tasks can be renewed by nobody until then, so no worker loses its work over a silo that stands still.</summary>
    [Fact]
    public async Task ASiloThatStandsStillIsDeclaredDeadBeforeLeasesRunOut()
    {
        const string Dead = "\"Status\":6";
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);

        var clock = Stopwatch.StartNew();
        await second.SignalAsync("STOP");
        while (!(await redis.ReadMembersAsync()).Any(row => row.Contains(Dead, StringComparison.Ordinal)))
        {
            Assert.True(clock.Elapsed < new StageWorkerOptions().LeaseDuration, $"It is not declared dead after {clock.Elapsed}:\n{first.Output}");
            await Task.Delay(100, Ended);
        }
    }

    private async Task<ToolProcess> StartSiloAsync(RedisServer redis)
    {
        var silo = new VideoGenCommand(_folder.File("data")).Start("silo", "--redis", redis.Address);
        await silo.WaitForLineAsync("The silo is up");
        return silo;
    }
}
