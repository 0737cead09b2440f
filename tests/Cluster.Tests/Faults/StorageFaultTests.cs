using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults;

/// <summary>Silos that reach everything but their storage, as real processes (F13).</summary>
public sealed class StorageFaultTests
{
    /// <summary>What the exit code of a silo that leaves tells whoever started it.</summary>
    public const int StartAgain = 75;

    /// <summary>A silo has fifteen seconds to store something before it gives up joining, which a busy machine may use up for itself.</summary>
    private const string TooLate = "since it could store nothing for";

    private const int MaxStarts = 3;

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
        await Task.Delay(TimeSpan.FromSeconds(19), TestContext.Current.CancellationToken); // Both would have left by then, if they could.
        toFirst.Mend();
        toSecond.Mend();
        await cluster.GoesOnAsync();
        Assert.False(first.HasExited || second.HasExited, $"A silo left:\n{first.Output}\n{second.Output}");

        toFirst.Cut();
        Assert.Equal(StartAgain, await first.WaitForExitAsync());
        await cluster.GoesOnAsync();
        Assert.False(second.HasExited);

        await JoinWhenItCanStoreAsync(cluster, toFirst);

        await cluster.GoesOnAsync();
        await cluster.AssertNothingIsLostOrDoubledAsync();
    }

    /// <summary>It waits for its storage, and comes up when that is there. One that was too late, or was taken for dead meanwhile, is started again.</summary>
    private static async Task JoinWhenItCanStoreAsync(UpdatedCluster cluster, TcpRelay storage)
    {
        for (var starts = 1; ; starts++)
        {
            storage.Cut();
            var silo = cluster.BeginSilo(AzuriteServer.StoreAt(storage.Port));
            await silo.WaitForLineAsync("This silo joins its cluster as soon as it can store something.");
            storage.Mend();
            try
            {
                await silo.WaitForLineAsync("The silo is up");
                return;
            }
            catch (InvalidOperationException) when (starts < MaxStarts && (SiloStart.MayStartAgain(silo) || (silo.HasExited && silo.CountOf(TooLate) > 0)))
            {
            }
        }
    }
}
