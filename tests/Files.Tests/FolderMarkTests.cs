namespace VideoGen.Files.Tests;

/// <summary>Processes tell by it whether they share a folder of artifacts.</summary>
public sealed class FolderMarkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AFolderKeepsItsIdentityWhoeverLooksAndWhateverItIsCalled()
    {
        var one = Path.Combine(_folder, "one");
        var identity = await new FolderArtifactStore(one).IdentifyAsync();

        Assert.Equal(identity, await new FolderArtifactStore(one).IdentifyAsync());
        Assert.Equal(one, identity.Path);
        Assert.Equal([".identity"], Directory.GetFiles(one, "*", SearchOption.AllDirectories).Select(Path.GetFileName));

        var moved = Path.Combine(_folder, "moved");
        Directory.Move(one, moved);
        Assert.Equal(identity with { Path = moved }, await new FolderArtifactStore(moved).IdentifyAsync());
        Assert.NotEqual(identity.Id, (await new FolderArtifactStore(one).IdentifyAsync()).Id);
    }

    /// <summary>A worker that saw another identity than its silo would take nothing, for ever.</summary>
    [Fact]
    public async Task AllThatUseANewFolderAtOnceSeeOneIdentity()
    {
        for (var round = 0; round < 100; round++)
        {
            var root = Path.Combine(_folder, $"round-{round}");
            var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new FolderArtifactStore(root).IdentifyAsync()));
            Assert.Single(seen.Distinct());
        }
    }

    [Fact]
    public async Task AFolderThatCannotBeUsedOrWhoseMarkIsDamagedIsNamed()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        await Assert.ThrowsAnyAsync<IOException>(() => new FolderArtifactStore(file).IdentifyAsync());

        var torn = new FolderArtifactStore(Path.Combine(_folder, "torn"));
        await torn.IdentifyAsync();
        var mark = Path.Combine(torn.Root, ".identity");
        File.WriteAllText(mark, "");
        Assert.Equal(
            $"The file {mark} is damaged. Delete it when nothing uses the folder; it is made again.",
            (await Assert.ThrowsAnyAsync<IOException>(() => torn.IdentifyAsync())).Message);
    }

    /// <summary>A worker that took stages with such a folder would fail each of them when it is done.</summary>
    [Fact]
    public async Task AFolderInWhichNothingCanBeStoredIsNotTakenForOne()
    {
        var store = new FolderArtifactStore(Path.Combine(_folder, "store"));
        await store.IdentifyAsync();
        Directory.Delete(Path.Combine(store.Root, ".incoming"), recursive: true);
        File.WriteAllText(Path.Combine(store.Root, ".incoming"), "in the way");

        var problem = await Assert.ThrowsAnyAsync<IOException>(() => store.IdentifyAsync());
        Assert.StartsWith($"Nothing can be stored in {store.Root}: ", problem.Message, StringComparison.Ordinal);
    }
}
