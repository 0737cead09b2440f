using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Silo.Hosting;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>What may befall silos that are real processes, while other processes update tasks.</summary>
public sealed class SiloFaultTests
{
    /// <summary>A silo that is told to stop has less than five seconds for it; the rest is for the machine to start and end processes.</summary>
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(20);

    /// <summary>A silo that alone can store nothing leaves after fifteen seconds, and not when it was cut off for less.</summary>
    private static readonly TimeSpan LeavingBegins = TimeSpan.FromSeconds(12);

    /// <summary>The seed lost 6 to 43 of 240 updates of four processes.</summary>
    [Fact]
    public async Task ASiloIsKilledUnderFourProcesses()
    {
        await using var cluster = await UpdatedCluster.StartAsync();
        var first = await cluster.StartSiloAsync();
        await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b", "c", "d");

        await first.KillAsync();

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>F9, F11, F19: nobody is left who knows of anything but the store, and clients have no gateway until the new silos are there.</summary>
    [Fact]
    public async Task AllSilosAreKilledAtOnceAndOthersStart()
    {
        await using var cluster = await UpdatedCluster.StartAsync();
        var first = await cluster.StartSiloAsync();
        var second = await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b");

        await Task.WhenAll(first.KillAsync(), second.KillAsync());
        await cluster.StartSiloAsync();
        await cluster.StartSiloAsync();

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>F10: one after the other is replaced by a new one. No call fails, and no stop takes longer than it may.</summary>
    [Fact]
    public async Task AllSilosAreReplacedOneByOne()
    {
        await using var cluster = await UpdatedCluster.StartAsync(hasPatientUpdaters: false);
        var silos = new[] { await cluster.StartSiloAsync(), await cluster.StartSiloAsync() };
        await cluster.StartUpdatersAsync("a", "b");
        foreach (var silo in silos)
        {
            await cluster.StartSiloAsync();
            await silo.SignalAsync("INT");
            await silo.WaitForExitAsync().WithinAsync(StopBound, () => silo.Output);
            await cluster.GoesOnAsync();
        }

        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>
    /// F3, F8: a silo stands still while a write of its is on the way, is declared dead, and others go on. Then the write arrives, and the silo wakes: the
    /// write comes to nothing, and the silo leaves by itself.
    /// </summary>
    [Fact]
    public async Task ASiloSleepsPastItsDeathWithAWriteOnTheWay()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var storage = new TcpRelay(azurite.Port);
        await using var cluster = await UpdatedCluster.StartAsync(AzuriteServer.StoreAt(azurite.Port));
        var sleeper = await cluster.StartSiloAsync(AzuriteServer.StoreAt(storage.Port));
        await cluster.StartUpdatersAsync("a", "b"); // All tasks are where writes can be held.
        await cluster.StartSiloAsync();

        await storage.HoldFromAsync(request => request.StartsWith('P'), IsWhole); // PUT, POST, PATCH
        await sleeper.SignalAsync("STOP");
        await cluster.GoesOnAsync();
        await cluster.EndUpdatersAsync(); // What comes now is not written over by anybody.
        await storage.ReleaseAsync();
        await sleeper.SignalAsync("CONT");
        Assert.NotEqual(0, await sleeper.WaitForExitAsync());

        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>
    /// F12: two silos reach storage, Redis and clients, but not each other. One of them has to go, and until then both may serve the same task.
    /// </summary>
    [Fact]
    public async Task TwoSilosAreCutOffFromEachOther()
    {
        await using var cluster = await UpdatedCluster.StartAsync();
        var (firstPort, secondPort) = (FreePort.Take(), FreePort.Take());
        await using var toFirst = new TcpRelay(firstPort);
        await using var toSecond = new TcpRelay(secondPort);
        var first = await cluster.StartSiloAsync(ListeningAt(firstPort), toFirst.Port);
        var second = await cluster.StartSiloAsync(ListeningAt(secondPort), toSecond.Port);
        await cluster.StartUpdatersAsync("a", "b");

        toFirst.Cut();
        toSecond.Cut();
        await Task.WhenAny(first.WaitForExitAsync(), second.WaitForExitAsync());

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>
    /// F16, F17: a cluster goes on while the Redis in which its silos meet is down. When it comes back empty, the silos put themselves back into it, so that
    /// clients and a new silo find them.
    /// </summary>
    [Fact]
    public async Task RedisGoesDownAndComesBackEmpty()
    {
        await using var cluster = await UpdatedCluster.StartAsync();
        var first = await cluster.StartSiloAsync();
        var second = await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b");

        await cluster.Redis.KillAsync();
        await cluster.GoesOnAsync();
        await cluster.GoesOnAsync();
        await cluster.Redis.RestartAsync();
        await cluster.UntilActiveAsync(2);
        await UntilReadyIsAsync(HttpStatusCode.OK, first);
        await UntilReadyIsAsync(HttpStatusCode.OK, second);
        await cluster.StartSiloAsync();
        await cluster.UntilActiveAsync(3);

        await cluster.StartUpdatersAsync("c");
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>
    /// F13, F18: one of two silos cannot reach storage. It says so, and what its tasks are asked for waits; when storage is there again, all of it goes
    /// through, once. One that is cut off for fifteen seconds leaves (<see cref="StorageFaultTests"/>): where the machine takes that long to show what is
    /// waited for here, it is tried once more.
    /// </summary>
    [Fact]
    public async Task ASiloIsCutOffFromStorage() => Assert.True(await IsCutOffAndStaysAsync() || await IsCutOffAndStaysAsync(), "The silo left.");

    /// <summary>False when it was cut off for so long that it left.</summary>
    private static async Task<bool> IsCutOffAndStaysAsync()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var storage = new TcpRelay(azurite.Port);
        await using var cluster = await UpdatedCluster.StartAsync(AzuriteServer.StoreAt(azurite.Port));
        var cutOff = await cluster.StartSiloAsync(AzuriteServer.StoreAt(storage.Port));
        var other = await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b");

        storage.Cut();
        var clock = Stopwatch.StartNew();
        try
        {
            await UntilReadyIsAsync(HttpStatusCode.ServiceUnavailable, cutOff);
            await UntilReadyIsAsync(HttpStatusCode.OK, other);
            storage.Mend();
            await UntilReadyIsAsync(HttpStatusCode.OK, cutOff);
        }
        catch (HttpRequestException) when (clock.Elapsed > LeavingBegins)
        {
            Assert.Equal(StorageFaultTests.StartAgain, await cutOff.WaitForExitAsync());
            return false;
        }

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
        return true;
    }

    /// <summary>F19: the way from clients to one of two silos is cut, while that silo lives on and holds tasks. They reach those by the other one.</summary>
    [Fact]
    public async Task ClientsLoseAGatewayWhoseSiloLives()
    {
        await using var cluster = await UpdatedCluster.StartAsync(hasPatientUpdaters: false);
        var port = FreePort.Take();
        await using var toGateway = new TcpRelay(port);
        await cluster.StartSiloAsync(
            new Dictionary<string, string> { ["Orleans__Endpoints__GatewayListeningEndpoint"] = $"127.0.0.1:{port}" },
            gatewayPort: toGateway.Port);
        await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b");

        toGateway.Cut();

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>F14: the way to one of two gateways stays up and carries nothing. Clients leave it, and reach the tasks of its silo by the other one.</summary>
    [Fact]
    public async Task ClientsLeaveAGatewayThatTakesAndAnswersNothing()
    {
        await using var cluster = await UpdatedCluster.StartAsync(hasPatientUpdaters: false);
        var port = FreePort.Take();
        await using var toGateway = new TcpRelay(port);
        await cluster.StartSiloAsync(
            new Dictionary<string, string> { ["Orleans__Endpoints__GatewayListeningEndpoint"] = $"127.0.0.1:{port}" },
            gatewayPort: toGateway.Port);
        await cluster.StartSiloAsync();
        await cluster.StartUpdatersAsync("a", "b");

        toGateway.Keep();

        // Each update is answered after ten seconds at most; without the mend none of those by that gateway is, however long it is waited for.
        await cluster.GoesOnAsync().WithinAsync(TimeSpan.FromSeconds(40), () => $"the updates do not go on.\n{cluster.LastWords}");
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    private static async Task UntilReadyIsAsync(HttpStatusCode expected, ToolProcess silo)
    {
        var address = (await silo.WaitForLineAsync("Dashboard: ")).Split("Dashboard: ")[1];
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while (true)
        {
            using var answer = await http.GetAsync(new Uri("healthz/ready", UriKind.Relative), patience.Token);
            if (answer.StatusCode == expected)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    private static Dictionary<string, string> ListeningAt(int port) => new() { ["Orleans__Endpoints__SiloListeningEndpoint"] = $"127.0.0.1:{port}" };

    /// <summary>Whether all of a request is there: the silo stands still behind it, and whoever got half of it would wait for the rest.</summary>
    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var length = Regex.Match(request, @"^content-length: (\d+)", RegexOptions.IgnoreCase | RegexOptions.Multiline);
        return head >= 4 && (length.Success
            ? request.Length - head >= int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)
            : request.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal));
    }
}
