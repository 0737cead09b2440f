using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>Silos that reach everything but their storage, as real processes (F13).</summary>
public sealed class StorageFaultTests
{
    /// <summary>What the exit code of a silo that leaves tells whoever started it.</summary>
    private const int StartAgain = 75;

    /// <summary>
    /// While storage is away for both silos nobody leaves, for it would help no task. When one of them is cut off alone, it leaves, and its tasks go on at the
    /// other one; started again, it joins when it can store. Nothing is lost or doubled over all of it.
    /// </summary>
    [Fact]
    public async Task OnlyASiloThatAloneIsCutOffLeaves()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var toFirst = new TcpRelay(azurite.Port);
        await using var toSecond = new TcpRelay(azurite.Port);
        await using var cluster = await UpdatedCluster.StartAsync(AzuriteServer.StoreAt(azurite.Port));
        var first = await cluster.StartSiloAsync(AzuriteServer.StoreAt(toFirst.Port));
        await cluster.StartUpdatersAsync("a", "b"); // All tasks are at the silo that will leave.
        var second = await cluster.StartSiloAsync(AzuriteServer.StoreAt(toSecond.Port));

        toFirst.Cut();
        toSecond.Cut();
        await Task.WhenAll(first.WaitForLineAsync("Nothing could be stored"), second.WaitForLineAsync("Nothing could be stored"));
        await Task.Delay(TimeSpan.FromSeconds(11), TestContext.Current.CancellationToken); // Both would have left by then, if they could.
        toFirst.Mend();
        toSecond.Mend();
        await cluster.GoesOnAsync();
        Assert.False(first.HasExited || second.HasExited, $"A silo left:\n{first.Output}\n{second.Output}");

        toFirst.Cut();
        Assert.Equal(StartAgain, await first.WaitForExitAsync());
        await cluster.GoesOnAsync();
        Assert.False(second.HasExited);

        var again = cluster.BeginSilo(AzuriteServer.StoreAt(toFirst.Port));
        await again.WaitForLineAsync("This silo joins its cluster as soon as it can store something.");
        toFirst.Mend();
        await again.WaitForLineAsync("The silo is up");

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }
}
