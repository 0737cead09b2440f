using System.Security.Cryptography;
using VideoGen.Tasks.State;

namespace VideoGen.Files.Tests;

public sealed class FolderArtifactStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
    private readonly FolderArtifactStore _store;

    public FolderArtifactStoreTests() => _store = new FolderArtifactStore(Path.Combine(_folder, "store"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AStoredFileHasItsLengthAndHashAndIsGoneWhereItWas()
    {
        var bytes = RandomNumberGenerator.GetBytes(700_001);
        var source = await WriteAsync("voice.wav", bytes);

        var artifact = await _store.PutAsync("task-1/audio/scene-1/7", "voice.wav", source, "audio/wav");

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(new Artifact("voice.wav", "task-1/audio/scene-1/7/voice.wav", bytes.Length, sha256, "audio/wav"), artifact);
        Assert.False(File.Exists(source));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(await _store.GetLocalPathAsync(artifact)));
        Assert.Equal([_store.Resolve(artifact.Uri)], Directory.GetFiles(_store.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AFileOfAnotherFileSystemIsCopiedAndLeavesNothingBeside()
    {
        var source = $"/dev/shm/videogen-tests-{Guid.NewGuid():N}";
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no second file system here.");
        await File.WriteAllTextAsync(source, "from afar");

        var artifact = await _store.PutAsync("task", "far.txt", source, "text/plain");

        Assert.False(File.Exists(source));
        Assert.Equal("from afar", await File.ReadAllTextAsync(await _store.GetLocalPathAsync(artifact)));
        Assert.Equal([_store.Resolve("task/far.txt")], Directory.GetFiles(_store.Root, "*", SearchOption.AllDirectories));
    }

    /// <summary>A task that takes over former work keeps it when the remains of another of its name are cleared away.</summary>
    [Fact]
    public async Task ACopyIsAsOldAsItsStoring()
    {
        var artifact = await _store.PutAsync("task-1/stage/1", "voice.wav", await WriteAsync("voice.wav", [1, 2, 3]), "audio/wav");
        File.SetLastWriteTimeUtc(_store.Resolve(artifact.Uri), DateTime.UtcNow.AddDays(-30));

        var copy = await _store.CopyAsync(artifact, "task-2/stage/1");

        await _store.DeleteAsync("task-2", DateTimeOffset.UtcNow.AddHours(-1));
        Assert.True(File.Exists(_store.Resolve(copy.Uri)));
    }

    [Fact]
    public async Task ALinkIsStoredAsTheFileThatItNames()
    {
        var original = await WriteAsync("original.txt", "text"u8.ToArray());
        var link = Path.Combine(_folder, "link.txt");
        File.CreateSymbolicLink(link, original);

        var artifact = await _store.PutAsync("task", "copy.txt", link, "text/plain");

        Assert.True(File.Exists(original));
        Assert.Null(new FileInfo(await _store.GetLocalPathAsync(artifact)).LinkTarget);
    }

    [Fact]
    public async Task ACancelledCopyStoresNothing()
    {
        var source = await WriteAsync("big.bin", new byte[1 << 20]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _store.PutAsync("task", "big.bin", source, "application/octet-stream", new CancellationToken(true)));
        Assert.True(File.Exists(source));
        Assert.Empty(Directory.GetFiles(_store.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AMissingSourceIsSaidByName()
    {
        var problem = await Assert.ThrowsAsync<FileNotFoundException>(
            () => _store.PutAsync("task", "a.txt", Path.Combine(_folder, "nowhere.txt"), "text/plain"));
        Assert.Contains("nowhere.txt", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingArtifactIsSaidByName()
    {
        var artifact = await PutTextAsync("text");
        File.Delete(_store.Resolve(artifact.Uri));
        var problem = await Assert.ThrowsAsync<ArtifactException>(() => _store.GetLocalPathAsync(artifact));
        Assert.Equal(ArtifactException.Missing, problem.Code);
        Assert.Contains(artifact.Uri, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("texT")]
    [InlineData("tex")]
    [InlineData("")]
    public async Task OtherBytesUnderTheAddressAreRefused(string bytes)
    {
        var artifact = await PutTextAsync("text");
        await File.WriteAllTextAsync(_store.Resolve(artifact.Uri), bytes);

        var problem = await Assert.ThrowsAsync<ArtifactException>(() => _store.GetLocalPathAsync(artifact));
        Assert.Equal(ArtifactException.Corrupt, problem.Code);

        var elsewhere = await Assert.ThrowsAsync<ArtifactException>(() => new FolderArtifactStore(_store.Root).GetLocalPathAsync(artifact));
        Assert.Equal(ArtifactException.Corrupt, elsewhere.Code);
    }

    /// <summary>Of a file that this process hashed before, and of one that it has not seen for long enough to remember it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task BytesThatWereChangedAreNoticedWhateverTheirLengthAndTime(int hoursLater)
    {
        var store = new FolderArtifactStore(_store.Root, new LateTime(TimeSpan.FromHours(hoursLater)));
        var artifact = await PutTextAsync("text");
        var path = await store.GetLocalPathAsync(artifact);
        var written = File.GetLastWriteTimeUtc(path);
        var before = IdentityOf(path);
        do
        {
            await File.WriteAllTextAsync(path, "TEXT");
            File.SetLastWriteTimeUtc(path, written);
        }
        while (IdentityOf(path) == before);

        await Assert.ThrowsAsync<ArtifactException>(() => store.GetLocalPathAsync(artifact));
        await Assert.ThrowsAsync<ArtifactException>(() => store.OpenAsync(artifact));
    }

    [Fact]
    public async Task AnArtifactIsOpenedWithItsBytesFromTheBeginning()
    {
        var artifact = await PutTextAsync("text");
        for (var i = 0; i < 2; i++)
        {
            await using var file = await _store.OpenAsync(artifact);
            using var reader = new StreamReader(file);
            Assert.Equal("text", await reader.ReadToEndAsync());
        }
    }

    /// <summary>To open a pipe as a file is to wait until somebody writes into it.</summary>
    [Fact]
    public async Task APipeInThePlaceOfAnArtifactIsNone()
    {
        var artifact = await PutTextAsync("text");
        var path = _store.Resolve(artifact.Uri);
        File.Delete(path);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            await mkfifo.WaitForExitAsync();
        }

        var problem = await Assert.ThrowsAsync<ArtifactException>(() => Task.Run(() => _store.GetLocalPathAsync(artifact)).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(ArtifactException.Missing, problem.Code);
    }

    [Theory]
    [InlineData("../escape.txt")]
    [InlineData("task/../../escape.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("task//name")]
    [InlineData("task/")]
    [InlineData("")]
    [InlineData("task/.hidden")]
    [InlineData(".incoming/x.tmp")]
    [InlineData("task/..")]
    [InlineData("task/a\0b")]
    [InlineData("task/a\nb")]
    [InlineData("C:/windows")]
    [InlineData("task\\..\\..\\x")]
    [InlineData("//server/share")]
    public async Task AnAddressThatWouldLeaveTheStoreIsRefused(string uri)
    {
        Assert.Throws<ArgumentException>(() => _store.Resolve(uri));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.GetLocalPathAsync(new Artifact("x", uri, 1, "00", "text/plain")));
        var source = await WriteAsync("source.txt", "text"u8.ToArray());
        var slash = uri.LastIndexOf('/');
        await Assert.ThrowsAsync<ArgumentException>(() => _store.PutAsync(slash < 0 ? "" : uri[..slash], uri[(slash + 1)..], source, "text/plain"));
        Assert.True(File.Exists(source));
    }

    [Fact]
    public void ANameThatTheFileSystemCannotHoldIsRefused()
    {
        Assert.Throws<ArgumentException>(() => _store.Resolve($"task/{new string('a', 5_000)}"));
        Assert.Throws<ArgumentException>(() => _store.Resolve($"task/{new string('é', 101)}"));
        _store.Resolve($"task/{new string('é', 100)}");
    }

    [Fact]
    public async Task ALinkInsideTheStoreLeadsNowhere()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.txt"), "secret");
        Directory.CreateDirectory(Path.Combine(_store.Root, "task"));
        File.CreateSymbolicLink(Path.Combine(_store.Root, "task", "secret.txt"), Path.Combine(outside, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_store.Root, "elsewhere"), outside);
        File.CreateSymbolicLink(Path.Combine(_store.Root, "task", "dangling.txt"), Path.Combine(outside, "made.txt"));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData("secret"u8));

        foreach (var uri in new[] { "task/secret.txt", "elsewhere/secret.txt" })
        {
            var problem = await Assert.ThrowsAsync<ArtifactException>(() => _store.GetLocalPathAsync(new Artifact("secret.txt", uri, 6, sha256, "text/plain")));
            Assert.Equal(ArtifactException.Missing, problem.Code);
        }

        var source = await WriteAsync("source.txt", "text"u8.ToArray());
        await Assert.ThrowsAsync<ArtifactException>(() => _store.PutAsync("elsewhere", "mine.txt", source, "text/plain"));
        await Assert.ThrowsAsync<ArtifactException>(() => _store.PutAsync("task", "dangling.txt", source, "text/plain"));
        Assert.Equal(["secret.txt"], Directory.GetFiles(outside).Select(Path.GetFileName));
    }

    [Fact]
    public async Task AReaderNeverMeetsAPartOfAFileThatIsBeingReplaced()
    {
        // Larger than a buffer, so that a copy in place would show halves.
        var texts = Enumerable.Range(0, 2).Select(i => new string((char)('a' + i), 1 << 20)).ToArray();
        await PutTextAsync(texts[0]);
        var path = _store.Resolve("task/note.txt");
        var writing = Task.Run(async () =>
        {
            for (var i = 1; i <= 20; i++)
            {
                await PutTextAsync(texts[i % 2]);
            }
        });
        do
        {
            Assert.Contains(await File.ReadAllTextAsync(path), texts);
        }
        while (!writing.IsCompleted);
        await writing;
    }

    [Fact]
    public async Task AStoreThatCannotBeWrittenSaysSo()
    {
        var source = await WriteAsync("source.txt", "text"u8.ToArray());
        var blocked = new FolderArtifactStore(await WriteAsync("a-file", []));
        await Assert.ThrowsAnyAsync<IOException>(() => blocked.PutAsync("task", "a.txt", source, "text/plain"));
        Assert.True(File.Exists(source));
    }

    private static FileIdentity IdentityOf(string path)
    {
        using var file = RegularFile.OpenRead(path);
        return FileIdentity.Of(file);
    }

    private async Task<Artifact> PutTextAsync(string text) =>
        await _store.PutAsync("task", "note.txt", await WriteAsync($"{Guid.NewGuid():N}.txt", System.Text.Encoding.ASCII.GetBytes(text)), "text/plain");

    private async Task<string> WriteAsync(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    /// <summary>A clock that is late, so that files seem to be old.</summary>
    private sealed class LateTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
