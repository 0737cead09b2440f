using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks.State;

namespace VideoGen.Files.Tests.Conformance;

/// <summary>What every artifact store does, whatever is behind it. A store's own tests derive from this, and add what only it has.</summary>
public abstract class ArtifactStoreConformance : IDisposable
{
    private readonly DirectoryInfo _sources = Directory.CreateTempSubdirectory("videogen-sources-");

    /// <summary>Longer than what a store sends in one piece.</summary>
    protected virtual int LargeLength => 3_000_001;

    /// <summary>The store of this test, empty at its beginning.</summary>
    protected abstract Task<IArtifactStore> StoreAsync();

    /// <summary>The same store as another process sees it.</summary>
    protected abstract Task<IArtifactStore> ReopenAsync();

    /// <summary>Puts other bytes in the place of those that were stored, past the store.</summary>
    protected abstract Task SpoilAsync(Artifact artifact, byte[] bytes);

    [Fact]
    public async Task WhatIsStoredIsThereForOthersWithItsLengthAndHash()
    {
        var bytes = RandomNumberGenerator.GetBytes(LargeLength);
        var source = Write(bytes);

        var artifact = await (await StoreAsync()).PutAsync("task-1/audio/scene-1/7", "voice.wav", source, "audio/wav");

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(new Artifact("voice.wav", "task-1/audio/scene-1/7/voice.wav", bytes.Length, sha256, "audio/wav"), artifact);
        Assert.False(File.Exists(source));
        var other = await ReopenAsync();
        var path = await other.GetLocalPathAsync(artifact);
        Assert.Equal("voice.wav", Path.GetFileName(path));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task AnEmptyFileAndANameOfAnyLettersAreStored()
    {
        var store = await StoreAsync();
        var artifact = await store.PutAsync("task/stage/1", "Ton spur ü%20+.txt", Write([]), "text/plain");

        await using var read = await (await ReopenAsync()).OpenAsync(artifact);
        Assert.Equal(0, read.Length);
        Assert.Equal(-1, read.ReadByte());
        Assert.Equal(["task/stage/1/Ton spur ü%20+.txt"], await ListAsync(store, "task"));
    }

    /// <summary>Whatever wrote the file, and however long ago: what goes by age must not take what was stored a moment ago.</summary>
    [Fact]
    public async Task AFileIsAsOldAsItsStoring()
    {
        var store = await StoreAsync();
        var source = Write("text"u8);
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow.AddDays(-30));

        var artifact = await store.PutAsync("task/stage/1", "old.txt", source, "text/plain");

        await store.DeleteAsync("task", DateTimeOffset.UtcNow.AddHours(-1));
        Assert.Equal([artifact.Uri], await ListAsync(store, "task"));
    }

    [Fact]
    public async Task TheSameBytesAreStoredTwiceUnderOneAddress()
    {
        var store = await StoreAsync();
        var first = await store.PutAsync("inputs/ab12", "document.md", Write("text"u8), "text/markdown");

        Assert.Equal(first, await store.PutAsync("inputs/ab12", "document.md", Write("text"u8), "text/markdown"));
        Assert.Equal("text", await ReadAsync(store, first));
    }

    [Fact]
    public async Task APartIsReadFromWhereTheReaderStands()
    {
        var bytes = RandomNumberGenerator.GetBytes(LargeLength);
        var artifact = await (await StoreAsync()).PutAsync("task/video/1", "video.mp4", Write(bytes), "video/mp4");

        await using var read = await (await ReopenAsync()).OpenAsync(artifact);
        Assert.True(read.CanSeek && !read.CanWrite);
        Assert.Equal(bytes.Length, read.Length);
        foreach (var (offset, length) in new[] { (2_000_000, 1_000), (5, 100_000), (bytes.Length - 10, 10), (0, 3) })
        {
            var part = new byte[length];
            read.Seek(offset, SeekOrigin.Begin);
            await read.ReadExactlyAsync(part);
            Assert.Equal(bytes[offset..(offset + length)], part);
            Assert.Equal(offset + length, read.Position);
        }
    }

    [Fact]
    public async Task AnArtifactThatIsNotThereIsSaidByName()
    {
        var store = await StoreAsync();
        var missing = new Artifact("voice.wav", "task/audio/7/voice.wav", 4, new string('0', 64), "audio/wav");

        foreach (var ask in new Func<Task>[]
        {
            () => store.GetLocalPathAsync(missing), () => store.OpenAsync(missing), () => store.CopyAsync(missing, "other/audio/1"),
        })
        {
            var problem = await Assert.ThrowsAsync<ArtifactException>(ask);
            Assert.Equal(ArtifactException.Missing, problem.Code);
            Assert.Contains(missing.Uri, problem.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await ListAsync(store, ""));
    }

    [Theory]
    [InlineData("texT")]
    [InlineData("tex")]
    [InlineData("")]
    public async Task OtherBytesInItsPlaceAreNoticed(string bytes)
    {
        var artifact = await (await StoreAsync()).PutAsync("task/audio/7", "voice.wav", Write("text"u8), "audio/wav");
        await SpoilAsync(artifact, Encoding.UTF8.GetBytes(bytes));

        var other = await ReopenAsync();
        foreach (var ask in new Func<Task>[]
        {
            () => other.GetLocalPathAsync(artifact), () => ReadAsync(other, artifact), () => other.CopyAsync(artifact, "other/audio/1"),
        })
        {
            Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(ask)).Code);
        }

        Assert.Empty(await ListAsync(other, "other"));
    }

    [Theory]
    [InlineData("text", 5)]
    [InlineData("0000", 4)]
    public async Task ATaskThatSaysOtherThanTheStoreIsNotBelieved(string content, int length)
    {
        var store = await StoreAsync();
        var artifact = await store.PutAsync("task/audio/7", "voice.wav", Write("text"u8), "audio/wav");
        var forged = artifact with { Length = length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))) };

        Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(() => store.OpenAsync(forged))).Code);
        Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(() => store.GetLocalPathAsync(forged))).Code);
        Assert.Equal(ArtifactException.Corrupt, (await Assert.ThrowsAsync<ArtifactException>(() => store.CopyAsync(forged, "other/audio/1"))).Code);
    }

    [Fact]
    public async Task ACopyStaysWhenTheFirstIsDeleted()
    {
        var store = await StoreAsync();
        var first = await store.PutAsync("one/audio/7", "voice.wav", Write("text"u8), "audio/wav");

        var copy = await store.CopyAsync(first, "two/audio/1");
        Assert.Equal(copy, await store.CopyAsync(first, "two/audio/1"));
        await store.DeleteAsync("one");

        Assert.Equal(first with { Uri = "two/audio/1/voice.wav" }, copy);
        var other = await ReopenAsync();
        Assert.Equal("text", await ReadAsync(other, copy));
        Assert.Equal(["two/audio/1/voice.wav"], await ListAsync(other, ""));
    }

    [Fact]
    public async Task WhatIsDeletedIsGoneAndItsNeighboursStay()
    {
        var store = await StoreAsync();
        foreach (var folder in new[] { "task-1/a/1", "task-1/a/2", "task-1/b/1", "task-10/a/1" })
        {
            await store.PutAsync(folder, "x.txt", Write("text"u8), "text/plain");
        }

        Assert.Equal(["task-1/a/1/x.txt", "task-1/a/2/x.txt", "task-1/b/1/x.txt"], await ListAsync(store, "task-1"));
        await store.DeleteAsync("task-1/a/1");
        Assert.Equal(["task-1/a/2/x.txt", "task-1/b/1/x.txt"], await ListAsync(store, "task-1"));
        await store.DeleteAsync("task-1/b/1/x.txt");
        await store.DeleteAsync("task-1");
        await store.DeleteAsync("task-1");
        await store.DeleteAsync("never/there");

        Assert.Equal(["task-10/a/1/x.txt"], await ListAsync(await ReopenAsync(), ""));
    }

    [Fact]
    public async Task WhatWasStoredSinceAMomentStays()
    {
        var store = await StoreAsync();
        await store.PutAsync("task/a/1", "x.txt", Write("text"u8), "text/plain");
        var file = store.ListAsync("task").ToBlockingEnumerable().Single();
        Assert.Equal(4, file.Length);
        Assert.InRange(file.Changed, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(10));

        await store.DeleteAsync("task", file.Changed);
        Assert.Single(await ListAsync(store, "task"));
        await store.DeleteAsync("task", file.Changed.AddSeconds(1));
        Assert.Empty(await ListAsync(store, "task"));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("task/../up")]
    [InlineData(".deleted")]
    [InlineData("task/.identity")]
    [InlineData("/task")]
    [InlineData("task//1")]
    [InlineData("task/a\\b")]
    [InlineData("task/a:b")]
    [InlineData("task/a\nb")]
    public async Task AnAddressThatWouldLeaveTheStoreIsRefused(string folder)
    {
        var store = await StoreAsync();
        var artifact = new Artifact("x.txt", $"{folder}/x.txt", 4, new string('0', 64), "text/plain");
        foreach (var ask in new Func<Task>[]
        {
            () => store.PutAsync(folder, "x.txt", Write("text"u8), "text/plain"), () => store.OpenAsync(artifact),
            () => store.GetLocalPathAsync(artifact), () => store.DeleteAsync(folder), () => ListAsync(store, folder),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(ask);
        }
    }

    [Fact]
    public async Task NotesAreReadListedAndDeletedAndAreNoArtifacts()
    {
        var store = await StoreAsync();
        Assert.Null(await store.Notes.ReadAsync("deleted", "task-1"));
        await store.Notes.WriteAsync("deleted", "task-1", default);
        await store.Notes.WriteAsync("made", "task-1", "one"u8.ToArray());
        await store.Notes.WriteAsync("made", "task-1", "two"u8.ToArray());

        var other = (await ReopenAsync()).Notes;
        Assert.Empty((await other.ReadAsync("deleted", "task-1"))!);
        Assert.Equal("two", Encoding.UTF8.GetString((await other.ReadAsync("made", "task-1"))!));
        var note = Assert.Single(other.ListAsync("made").ToBlockingEnumerable());
        Assert.Equal("task-1", note.Name);
        Assert.InRange(note.Changed, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(10));
        Assert.Empty(other.ListAsync("nothing").ToBlockingEnumerable());
        await other.DeleteAsync("made", "task-1");
        await other.DeleteAsync("made", "task-1");
        Assert.Null(await other.ReadAsync("made", "task-1"));
        Assert.Empty(await ListAsync(store, ""));
        await Assert.ThrowsAsync<ArgumentException>(() => other.WriteAsync("..", "task-1", default));
        await Assert.ThrowsAsync<ArgumentException>(() => other.ReadAsync("made", "../task-1"));
    }

    [Fact]
    public async Task AStoreIsKnownByItsIdentity()
    {
        var store = await StoreAsync();
        var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.IdentifyAsync()));

        Assert.Single(seen.Distinct());
        Assert.Equal(seen[0].Id, (await (await ReopenAsync()).IdentifyAsync()).Id);
        Assert.Empty(await ListAsync(store, ""));
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _sources.Delete(recursive: true);

    protected string Write(ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_sources.FullName, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }

    protected static async Task<string> ReadAsync(IArtifactStore store, Artifact artifact)
    {
        await using var content = await store.OpenAsync(artifact);
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync();
    }

    protected static async Task<ImmutableArray<string>> ListAsync(IArtifactStore store, string folder)
    {
        var found = new List<string>();
        await foreach (var file in store.ListAsync(folder))
        {
            found.Add(file.Address);
        }

        found.Sort(StringComparer.Ordinal);
        return [.. found];
    }
}
