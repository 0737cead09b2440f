using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.JsonFiles;
using VideoGen.Storage.Tests.Running;
using VideoGen.Storage.Tests.Sqlite;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Faults;

/// <summary>
/// A child process writes while strace fails, or kills it at, a system call of a commit. Whatever the call, what was acknowledged is there afterwards,
/// whole, and the store goes on.
/// </summary>
public sealed class SystemCallFaultTests
{
    private const int Tasks = 3;

    private const string AnySync = "/^f(data)?sync$";

    private const string AnyRename = "/^rename";

    [Theory]
    [InlineData("files", AnySync, "error=EIO", 3)]
    [InlineData("files", AnySync, "error=EDQUOT", 6)]
    [InlineData("files", AnySync, "signal=KILL", 2)]
    [InlineData("files", AnySync, "signal=KILL", 7)]
    [InlineData("files", AnyRename, "error=EIO", 2)]
    [InlineData("files", AnyRename, "signal=KILL", 1)]
    [InlineData("files", AnyRename, "signal=KILL", 4)]
    [InlineData("files", "pwrite64", "error=ENOSPC", 4)]
    [InlineData("files", "pwrite64", "error=EROFS", 4)]
    [InlineData("files", "pwrite64", "signal=KILL", 5)]
    [InlineData("sqlite", AnySync, "error=EIO", 8)]
    [InlineData("sqlite", AnySync, "error=EIO", 20)]
    [InlineData("sqlite", AnySync, "signal=KILL", 6)]
    [InlineData("sqlite", "pwrite64", "error=ENOSPC", 120)]
    [InlineData("sqlite", "pwrite64", "signal=KILL", 30)]
    [InlineData("sqlite", "pwrite64", "signal=KILL", 55)]
    public async Task WhatWasAcknowledgedOutlivesTheFault(string store, string call, string fault, int occurrence)
    {
        using var folder = new TempFolder();
        var place = folder.File("state");
        using var child = Child.Start(
            [store, place, $"{Tasks}", "40"],
            "strace", "-f", "-qq", "-o", folder.File("trace"), "-e", $"trace={call}", "-e", "signal=none", "-e", $"inject={call}:{fault}:when={occurrence}+");
        Assert.NotEqual(0, await child.WaitForExitAsync());
        if (fault.StartsWith("error", StringComparison.Ordinal))
        {
            Assert.StartsWith($"error {FaultOf(fault)}", child.Lines.Last(), StringComparison.Ordinal);
        }

        using var host = store == "files" ? JsonFileStores.Open(place) : SqliteStores.Open(place);
        for (var i = 0; i < Tasks; i++)
        {
            var task = $"task-{i}";
            var acknowledged = child.Acknowledged.GetValueOrDefault(task);
            var stored = await host.ReadAsync(task);
            Assert.InRange(stored.State!.Commit.Version, acknowledged, acknowledged + 1);
            await host.WriteAsync(Samples.Document(task, stored.State.Commit.Version + 1), stored.ETag);
        }

        Assert.Equal(Tasks, (await host.Index.CountAsync(new TaskQuery())).Total);
    }

    private static StoreFault FaultOf(string injected) => injected switch
    {
        "error=EIO" => StoreFault.Failed,
        "error=EROFS" => StoreFault.Unusable,
        _ => StoreFault.Full,
    };

    /// <summary>
    /// The opening syncs the folder and that of other records. A commit of one file syncs the file and then the folder. One of the two fails, once: whoever
    /// waits is told, and nobody is told that it is stored. strace counts the calls of each thread on its own, so its trace says which commit it was.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task OneFailedSyncIsAFailedWrite(int occurrence)
    {
        using var folder = new TempFolder();
        using var child = Child.Start(
            ["files", folder.File("state"), "1", "200"],
            "strace", "-f", "-qq", "-o", folder.File("trace"),
            "-e", $"trace={AnySync}", "-e", "signal=none", "-e", $"inject={AnySync}:error=EIO:when={occurrence}");

        Assert.NotEqual(0, await child.WaitForExitAsync());
        Assert.Matches("^error Failed", child.Lines.Last());
        var syncs = (await File.ReadAllLinesAsync(folder.File("trace"))).Where(line => line.Contains("sync", StringComparison.Ordinal)).ToList();
        var failed = syncs.FindIndex(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        Assert.InRange(failed, 0, syncs.Count - 1);
        Assert.Equal((failed - 2) / 2, child.Acknowledged["task-0"]);
    }

    /// <summary>
    /// The file is in place, but its folder could not be synced (the first sync is that of the opening). Whoever wrote it hears that the outcome is unknown,
    /// and no list shows it. Nobody is told what became of it before the folder was synced after all; then the next write works.
    /// </summary>
    [Theory]
    [InlineData("read", 2, "found 1, listed 1", "found 2, listed 1")]
    [InlineData("write", 1, "conflict")]
    public async Task ARecordWhoseFolderCouldNotBeSyncedIsProvedBeforeAnybodySeesIt(string next, long version, params string[] outcome)
    {
        using var folder = new TempFolder();
        var place = folder.File("state");
        using var child = Child.Start(
            ["unsure", place, next],
            "strace", "-f", "-qq", "-o", folder.File("trace"), "-e", "trace=fsync", "-P", place, "-e", "signal=none", "-e", "inject=fsync:error=EIO:when=2");

        Assert.True(await child.WaitForExitAsync() == 0, string.Join('\n', child.Lines));
        Assert.StartsWith("unknown Failed Whether the last records were stored is not known", child.Lines.First(), StringComparison.Ordinal);
        Assert.Equal(["listed 0", .. outcome], child.Lines.Skip(1));
        Assert.DoesNotContain("INJECTED", (await File.ReadAllLinesAsync(folder.File("trace"))).Last(), StringComparison.Ordinal);
        using var host = JsonFileStores.Open(place);
        Assert.Equal(version, (await host.ReadAsync("demo")).State!.Commit.Version);
    }

    /// <summary>S is a sync, R the rename of a finished file, A the acknowledgement that the child prints.</summary>
    [Theory]
    [InlineData("files", "^SS(SRSA){5}$")]
    [InlineData("sqlite", "^(S+A){5}S*$")]
    public async Task AWriteIsSyncedBeforeItIsAcknowledged(string store, string order)
    {
        using var folder = new TempFolder();
        using var child = Child.Start(
            [store, folder.File("state"), "1", "5"],
            "strace", "-f", "-qq", "-o", folder.File("trace"), "-e", "signal=none", "-e", $"trace={AnySync},{AnyRename},write");
        Assert.Equal(0, await child.WaitForExitAsync());

        var steps = (await File.ReadAllLinesAsync(folder.File("trace"))).Select(line => line switch
        {
            _ when line.Contains("sync(", StringComparison.Ordinal) => "S",
            _ when line.Contains("rename", StringComparison.Ordinal) && line.Contains(".vgtmp", StringComparison.Ordinal) => "R",
            _ when line.Contains("write(", StringComparison.Ordinal) && line.Contains("\"task-0 ", StringComparison.Ordinal) => "A",
            _ => "",
        });
        Assert.Matches(order, string.Concat(steps));
    }
}
