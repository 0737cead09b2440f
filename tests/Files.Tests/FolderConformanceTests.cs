using VideoGen.Files.Tests.Conformance;
using VideoGen.Tasks.State;

namespace VideoGen.Files.Tests;

public sealed class FolderConformanceTests : ArtifactStoreConformance
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-tests-");

    private FolderArtifactStore Store => new(Path.Combine(_folder.FullName, "store"));

    protected override Task<IArtifactStore> StoreAsync() => Task.FromResult<IArtifactStore>(Store);

    protected override Task<IArtifactStore> ReopenAsync() => StoreAsync();

    protected override Task SpoilAsync(Artifact artifact, byte[] bytes) => File.WriteAllBytesAsync(Store.Resolve(artifact.Uri), bytes);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ACopyIsAnotherNameOfTheSameFile()
    {
        var first = await Store.PutAsync("one/a/1", "x.txt", Write("text"u8), "text/plain");
        var copy = await Store.CopyAsync(first, "two/a/1");

        using var one = RegularFile.OpenRead(Store.Resolve(first.Uri));
        using var two = RegularFile.OpenRead(Store.Resolve(copy.Uri));
        Assert.Equal(FileIdentity.Of(one), FileIdentity.Of(two));
        Assert.Empty(Directory.GetFiles(Path.Combine(Store.Root, ".incoming")));
    }

    /// <summary>A deletion of what is old, which takes empty folders along, and a stage that stores into one of them.</summary>
    [Fact]
    public async Task WhatIsStoredWhileOldFilesAreDeletedIsThere()
    {
        var stop = DateTime.UtcNow.AddDays(-1);
        for (var round = 0; round < 300; round++)
        {
            Directory.CreateDirectory(Store.Resolve("task/a/1"));
            var put = Task.Run(() => Store.PutAsync("task/a/1", $"{round}.txt", Write("text"u8), "text/plain"));
            var delete = Task.Run(() => Store.DeleteAsync("task", stop));
            await Task.WhenAll(put, delete);
            Assert.Equal("text", await ReadAsync(Store, await put));
            await Store.DeleteAsync("task");
        }
    }

    [Fact]
    public void WhereTheFolderIsTakenAwayBeforeTheFileIsInIt_ItIsMadeAgain()
    {
        var target = Path.Combine(_folder.FullName, "a", "b", "x.txt");
        var tries = 0;
        Assert.True(FolderArtifactStore.InFolderOf(target, () =>
        {
            if (++tries == 1)
            {
                Directory.Delete(Path.GetDirectoryName(target)!);
            }

            File.WriteAllText(target, "text");
            return true;
        }));

        Assert.Equal((2, "text"), (tries, File.ReadAllText(target)));
    }

    [Fact]
    public async Task WhatAProcessThatDiedTookAwayGoesWithTheNextDeletion()
    {
        var left = Path.Combine(Store.Root, ".trash", "left");
        Directory.CreateDirectory(left);
        await Store.PutAsync("task/a/1", "x.txt", Write("text"u8), "text/plain");
        await Store.DeleteAsync("task");
        Assert.False(Directory.Exists(left));
        Assert.False(Directory.Exists(Path.Combine(Store.Root, "task")));
    }
}
