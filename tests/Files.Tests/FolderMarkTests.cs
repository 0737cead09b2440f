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
        var seen = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => new FolderArtifactStore(one).Identify()!)));

        var identity = Assert.Single(seen.Distinct());
        Assert.Equal(one, identity.Path);
        Assert.Equal([".identity"], Directory.GetFileSystemEntries(one).Select(Path.GetFileName));

        var moved = Path.Combine(_folder, "moved");
        Directory.Move(one, moved);
        Assert.Equal(identity with { Path = moved }, new FolderArtifactStore(moved).Identify());
        Assert.NotEqual(identity.Id, new FolderArtifactStore(one).Identify()!.Id);
    }

    [Fact]
    public void AFolderThatCannotBeUsedOrWhoseMarkIsDamagedIsNamed()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.ThrowsAny<IOException>(() => new FolderArtifactStore(file).Identify());

        var torn = new FolderArtifactStore(Path.Combine(_folder, "torn"));
        torn.Identify();
        var mark = Path.Combine(torn.Root, ".identity");
        File.WriteAllText(mark, "");
        Assert.Equal(
            $"The file {mark} is damaged. Delete it when nothing uses the folder; it is made again.",
            Assert.ThrowsAny<IOException>(() => torn.Identify()).Message);
    }
}
