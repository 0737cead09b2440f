using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.JsonFiles;

public sealed class JsonFileStoreTests
{
    [Theory]
    [InlineData("task_0123456789ab", "task_0123456789ab.json")]
    [InlineData("demo", "demo.json")]
    [InlineData("Demo", "demo~1.json")]
    [InlineData("DEMO", "demo~0f.json")]
    [InlineData("con", "con~0.json")]
    [InlineData("nul.x", "nul.x~0.json")]
    public void OrdinaryIdsAreFileNamesAndOthersAreEncoded(string id, string name)
    {
        Assert.Equal(name, RecordFileNames.OfTask(id));
        Assert.True(RecordFileNames.TryGetTaskId(name, out var back));
        Assert.Equal(id, back.Value);
    }

    [Fact]
    public void EveryIdHasANameThatNoOtherHasInAnyCaseAndThatGivesItBack()
    {
        const string Letters = "abAB.-_09zZ";
        var random = new Random(7);
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < 20_000; i++)
        {
            var id = new string([.. Enumerable.Range(0, i % 50 == 0 ? TaskId.MaxLength : random.Next(1, 6)).Select(_ => Letters[random.Next(Letters.Length)])]);
            if (!TaskId.TryParse(id, out _, out _))
            {
                continue;
            }

            var name = RecordFileNames.OfTask(id);
            Assert.True(name.Length <= 200, name);
            Assert.True(names.TryAdd(name, id) || names[name] == id, $"{id} and {names[name]} meet in {name}.");
            Assert.True(RecordFileNames.TryGetTaskId(name, out var back) && back.Value == id, name);
        }
    }

    [Fact]
    public async Task TasksAreThereAfterARestartWithTheirETagsAndSummaries()
    {
        using var folder = new TempFolder();
        string etag;
        TaskSummary before;
        using (var host = JsonFileStores.Open(folder.Path))
        {
            etag = await host.WriteAsync(Samples.Document("Demo-1", 3, note: "größe"));
            await host.WriteAsync(Samples.Tombstone("gone", 2));
            before = Assert.Single((await host.Index.QueryAsync(new TaskQuery())).Tasks);
        }

        using var again = JsonFileStores.Open(folder.Path);
        var after = Assert.Single((await again.Index.QueryAsync(new TaskQuery())).Tasks);
        Assert.Equal(before with { Labels = after.Labels, UpdatedAt = after.UpdatedAt }, after);
        Assert.Equal(etag, (await again.ReadAsync("Demo-1")).ETag);
        Assert.Equal(Samples.Document("Demo-1", 3, note: "größe").Json, (await again.ReadAsync("Demo-1")).State!.Json);
        Assert.Equal(2, (await again.ReadAsync("gone")).State!.Commit.Version);
    }

    [Fact]
    public async Task AFileWithUpperCaseLettersOfThePythonSystemGetsItsOwnName()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("Demo.json"), SeedStateFile.Format(Samples.Document("Demo").State!));
        using var host = JsonFileStores.Open(folder.Path);
        await host.WriteAsync(Samples.Document("demo"));
        Assert.Equal("Demo", (await host.ReadAsync("Demo")).State!.State!.TaskId.Value);
        Assert.True(File.Exists(folder.File("demo~1.json")));
    }

    [Fact]
    public async Task ASecondProcessIsRefusedByName()
    {
        using var folder = new TempFolder();
        using var host = JsonFileStores.Open(folder.Path);
        await host.WriteAsync(Samples.Document("demo"));

        using var second = Child.Start(["files", folder.Path, "1", "5"]);

        Assert.Equal(1, await second.WaitForExitAsync());
        var expected = $"error Locked The folder {folder.Path} is in use by another process (process {Environment.ProcessId} on {Environment.MachineName})";
        Assert.Contains(expected, second.Lines.Last(), StringComparison.Ordinal);
        Assert.Equal(1, (await host.ReadAsync("demo")).State!.Commit.Version);
    }

    [Fact]
    public async Task WhatACrashLeftHalfWrittenIsSweptAndNoTemporaryFileStays()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("demo.json.abc.vgtmp"), "{ half");
        using var host = JsonFileStores.Open(folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.WriteAsync(Samples.Document($"t{i}"))));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*tmp*"));
    }

    [Theory]
    [InlineData("empty", "The file is empty")]
    [InlineData("truncated", "")]
    [InlineData("swapped", "It holds the task 'other'")]
    [InlineData("edited", "It was changed after it was written")]
    [InlineData("commit edited", "It was changed after it was written")]
    public async Task ADamagedFileIsAnErrorThatNamesTheTaskAndOthersLive(string damage, string why)
    {
        using var folder = new TempFolder();
        string etag;
        using (var host = JsonFileStores.Open(folder.Path))
        {
            etag = await host.WriteAsync(Samples.Document("demo"));
            await host.WriteAsync(Samples.Document("other"));
        }

        Damage(folder, damage);
        using var again = JsonFileStores.Open(folder.Path);

        var error = await Assert.ThrowsAsync<StoreException>(() => again.ReadAsync("demo"));
        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("task demo", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreException>(() => again.WriteAsync(Samples.Document("demo", 2), etag));
        await Assert.ThrowsAsync<StoreException>(() => again.WriteAsync(Samples.Document("demo", 1)));
        var page = await again.Index.QueryAsync(new TaskQuery { PageSize = 1 });
        Assert.Equal(["other"], page.Tasks.Select(task => task.TaskId.Value));
        Assert.Equal((1, "demo"), (page.Unreadable, page.UnreadableIds!.Value.Single().Value));
        Assert.Equal(0, (await again.Index.QueryAsync(new TaskQuery { IdPrefix = "o" })).Unreadable);
        Assert.True((await again.ReadAsync("other")).RecordExists);
    }

    [Fact]
    public async Task AFileThatIsPutRightIsUsedAgain()
    {
        using var folder = new TempFolder();
        var file = folder.File("demo.json");
        using var host = JsonFileStores.Open(folder.Path);
        var etag = await host.WriteAsync(Samples.Document("demo"));
        var good = await File.ReadAllBytesAsync(file);
        await File.WriteAllTextAsync(file, "{");
        await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));

        await File.WriteAllBytesAsync(file, good);

        Assert.Equal(etag, (await host.ReadAsync("demo")).ETag);
    }

    [Fact]
    public async Task AFileThatSomebodyReplacedMakesTheETagStale()
    {
        using var folder = new TempFolder();
        using var host = JsonFileStores.Open(folder.Path);
        var etag = await host.WriteAsync(Samples.Document("demo"));
        await File.WriteAllBytesAsync(folder.File("demo.json"), SeedStateFile.Format(Samples.Document("demo", 9).State!));

        await Assert.ThrowsAnyAsync<Orleans.Storage.InconsistentStateException>(() => host.WriteAsync(Samples.Document("demo", 2), etag));

        Assert.Equal(9, (await host.ReadAsync("demo")).State!.Commit.Version);
    }

    [Fact]
    public async Task EverythingAcknowledgedIsThereAfterKill9()
    {
        using var folder = new TempFolder();
        for (var round = 1; round <= 3; round++)
        {
            using var child = Child.Start(["files", folder.Path, "8", "0"]);
            await child.WaitForAcknowledgementsAsync(100 * round);
            await child.KillAsync();
            using var host = JsonFileStores.Open(folder.Path);
            foreach (var (task, version) in child.Acknowledged)
            {
                Assert.InRange((await host.ReadAsync(task)).State!.Commit.Version, version, version + 1);
            }
        }
    }

    private static void Damage(TempFolder folder, string damage)
    {
        var file = folder.File("demo.json");
        var text = File.ReadAllText(file);
        switch (damage)
        {
            case "empty":
                File.WriteAllText(file, "");
                break;
            case "truncated":
                File.WriteAllText(file, text[..(text.Length / 2)]);
                break;
            case "swapped":
                File.Copy(folder.File("other.json"), file, overwrite: true);
                break;
            case "edited":
                File.WriteAllText(file, text.Replace("\"running\"", "\"completed\"", StringComparison.Ordinal));
                break;
            default:
                File.WriteAllText(file, text.Replace("\"highest_token\": 0", "\"highest_token\": 5", StringComparison.Ordinal));
                break;
        }

        Assert.NotEqual(text, File.ReadAllText(file));
    }
}
