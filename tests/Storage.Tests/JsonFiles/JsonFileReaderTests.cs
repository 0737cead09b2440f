using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.JsonFiles;

/// <summary>A folder of files that is looked at while another process holds it.</summary>
public sealed class JsonFileReaderTests
{
    private const int Tasks = 4;

    [Fact]
    public async Task AReaderBesideAWriterSeesWholeDocumentsAndEveryAcknowledgedVersion()
    {
        using var folder = new TempFolder();
        using var writer = Child.Start(["files", folder.Path, $"{Tasks}", "0"]);
        await writer.WaitForAcknowledgementsAsync(1 + Tasks);
        using var reader = await JsonFileStores.OpenReaderAsync(folder.Path);
        var rounds = 0;
        do
        {
            var acknowledged = writer.Acknowledged.ToDictionary();
            var listed = (await reader.Index.QueryAsync(new TaskQuery())).Tasks;
            Assert.Equal(Tasks, listed.Length);
            Assert.All(listed, summary => Assert.True(
                summary.Version >= acknowledged[summary.TaskId.Value],
                $"{summary.TaskId} is listed with version {summary.Version}."));
            foreach (var summary in listed)
            {
                var snapshot = await reader.ReadAsync(summary.TaskId);
                Assert.NotNull(snapshot);
                Assert.True(snapshot.Version >= summary.Version, $"{summary.TaskId} went from version {summary.Version} back to {snapshot.Version}.");
                Assert.Equal(snapshot.Version, snapshot.ToState().Version);
            }
        }
        while (++rounds < 50 || writer.Acknowledged.Values.Sum() < 500);
        await writer.KillAsync();
    }

    [Fact]
    public async Task LookingMakesNothingRenamesNothingAndSweepsNothing()
    {
        using var folder = new TempFolder();
        var missing = folder.File("missing");
        using (var reader = await JsonFileStores.OpenReaderAsync(missing))
        {
            Assert.Empty((await reader.Index.QueryAsync(new TaskQuery())).Tasks);
            Assert.Null(await reader.ReadAsync(TaskId.Parse("demo")));
        }

        Assert.False(Directory.Exists(missing));
        await File.WriteAllBytesAsync(folder.File("Demo.json"), SeedStateFile.Format(Samples.Document("Demo", 7).State!));
        await File.WriteAllTextAsync(folder.File("demo.json.abc.vgtmp"), "{ half");
        var before = Directory.GetFileSystemEntries(folder.Path).Order();
        using (var reader = await JsonFileStores.OpenReaderAsync(folder.Path))
        {
            Assert.Equal("Demo", Assert.Single((await reader.Index.QueryAsync(new TaskQuery())).Tasks).TaskId.Value);
            Assert.Equal(7, (await reader.ReadAsync(TaskId.Parse("Demo")))!.Version);
            Assert.Null(await reader.ReadAsync(TaskId.Parse("demo")));
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public async Task ADamagedFileIsAnErrorForWhoAsksForItAndTheOthersAreListed()
    {
        using var folder = new TempFolder();
        using var host = JsonFileStores.Open(folder.Path);
        await host.WriteAsync(Samples.Document("demo"));
        await host.WriteAsync(Samples.Document("other"));
        await host.WriteAsync(Samples.Tombstone("gone", 2));
        await File.WriteAllTextAsync(folder.File("demo.json"), "{");

        using var reader = await JsonFileStores.OpenReaderAsync(folder.Path);

        var page = await reader.Index.QueryAsync(new TaskQuery());
        Assert.Equal("other", Assert.Single(page.Tasks).TaskId.Value);
        Assert.Equal((1, "demo"), (page.Unreadable, page.UnreadableIds!.Value.Single().Value));
        Assert.Null(await reader.ReadAsync(TaskId.Parse("gone")));
        var error = await Assert.ThrowsAsync<StoreException>(() => reader.ReadAsync(TaskId.Parse("demo")));
        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("task demo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePagesOfAListAreOfOneMoment()
    {
        using var folder = new TempFolder();
        using var host = JsonFileStores.Open(folder.Path);
        for (var i = 0; i < 5; i++)
        {
            await host.WriteAsync(Samples.Document($"t{i}"));
        }

        using var reader = await JsonFileStores.OpenReaderAsync(folder.Path);
        var first = await reader.Index.QueryAsync(new TaskQuery { PageSize = 3 });
        await host.WriteAsync(Samples.Document("t9"));
        var second = await reader.Index.QueryAsync(new TaskQuery { PageSize = 3, After = first.Next });

        Assert.Equal(["t0", "t1", "t2"], first.Tasks.Select(task => task.TaskId.Value));
        Assert.Equal(["t3", "t4"], second.Tasks.Select(task => task.TaskId.Value));
        Assert.Equal(6, (await reader.Index.CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task AFileInThePlaceOfTheFolderIsOneClearError()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("state"), "");
        var error = await Assert.ThrowsAsync<StoreException>(() => JsonFileStores.OpenReaderAsync(folder.File("state")));
        Assert.Contains("is a file", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// O is the opening of the task's file, S a sync, A the answer: another process may have renamed the file a moment ago, and not have synced its folder yet
    /// (T4).
    /// </summary>
    [Fact]
    public async Task WhatIsReadIsSyncedBeforeItIsAnswered()
    {
        using var folder = new TempFolder();
        using (var host = JsonFileStores.Open(folder.File("state")))
        {
            await host.WriteAsync(Samples.Document("demo"));
        }

        using var child = Child.Start(
            ["look", folder.File("state"), "demo"],
            "strace", "-f", "-qq", "-o", folder.File("trace"), "-e", "signal=none", "-e", "trace=openat,fsync,write");

        Assert.Equal(0, await child.WaitForExitAsync());
        Assert.Equal(["demo 1"], child.Lines);
        var steps = (await File.ReadAllLinesAsync(folder.File("trace"))).Select(line => line switch
        {
            _ when line.Contains("demo.json", StringComparison.Ordinal) => "O",
            _ when line.Contains("fsync(", StringComparison.Ordinal) => "S",
            _ when line.Contains("write(", StringComparison.Ordinal) && line.Contains("\"demo 1", StringComparison.Ordinal) => "A",
            _ => "",
        });
        Assert.Matches("^S*OSA$", string.Concat(steps));
    }
}
