using VideoGen.Client.Workers;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>What a cluster makes of silos that are gone, with the timings that it has when nobody asks for others.</summary>
public sealed class MembershipFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private VideoGenCommand Command => new(_folder.File("data"));

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

        await using var second = Command.Start("silo", "--redis", redis.Address);

        await second.WaitForLineAsync("The silo is up").WithinAsync(TimeSpan.FromSeconds(45), () => second.Output);
        var said = second.Output.Split('\n').Where(line => !line.Contains("The silo is up", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(said);
        Assert.All(
            said, line => Assert.Contains("This silo joins when each silo that the cluster lists answers it: 127.0.0.1:", line, StringComparison.Ordinal));
    }

    /// <summary>F8: leases of its tasks can be renewed by nobody until then, so no worker loses its work over a silo that stands still.</summary>
    [Fact]
    public async Task ASiloThatStandsStillIsDeclaredDeadBeforeLeasesRunOut()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await StartSiloAsync(redis);
        await using var second = await StartSiloAsync(redis);

        await second.SignalAsync("STOP");
        await UntilDeclaredDeadAsync(redis).WithinAsync(new StageWorkerOptions().LeaseDuration, () => $"nobody is declared dead.\n{first.Output}");
    }

    private static async Task UntilDeclaredDeadAsync(RedisServer redis)
    {
        const string Dead = "\"Status\":6";
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while (!(await redis.ReadMembersAsync()).Any(row => row.Contains(Dead, StringComparison.Ordinal)))
        {
            await Task.Delay(100, patience.Token);
        }
    }

    private Task<ToolProcess> StartSiloAsync(RedisServer redis) => Command.StartSiloAsync("--redis", redis.Address);
}
