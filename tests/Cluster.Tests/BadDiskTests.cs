using System.Diagnostics;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>Disks that are full, and stores that hang: the person hears what it is, and gets the terminal back.</summary>
public sealed class BadDiskTests : IDisposable
{
    /// <summary>Five seconds are promised. The machine of a test may be slow; without the promise kept it would be twenty and more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();

    private string[] RunOfNote => ["run", _folder.Write("note.md", Documents.Note), "-o", _folder.File("note.mp4"), "--size", "640x360"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("files")]
    public async Task ADiskThatFillsUpEndsTheRunWithASentence(string store)
    {
        await using var disk = await SmallDisk.MountAsync();
        var videogen = new VideoGenCommand(Path.Combine(disk.Path, "data"));
        var tools = SlowTools.Create(_folder);
        await using var run = videogen.Start([.. RunOfNote, "--store", store], settings: tools.Settings);
        await tools.WaitForWorkAsync(run);

        disk.Fill();

        Assert.True(await run.WaitForExitAsync().WithinAsync(TimeSpan.FromSeconds(40), () => run.Output) == 5, run.Output);
        Assert.Contains("is full. Free some space", run.Output, StringComparison.Ordinal);
        Assert.Contains(videogen.DataFolder, run.Output, StringComparison.Ordinal);
        Assert.Contains("The same command goes on", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("files")]
    public async Task ADiskThatIsFullAlreadyIsSaidAtOnce(string store)
    {
        await using var disk = await SmallDisk.MountAsync();
        var videogen = new VideoGenCommand(Path.Combine(disk.Path, "data"));
        Assert.Equal(0, (await videogen.RunAsync("import", Directory.CreateDirectory(_folder.File("none")).FullName, "--store", store)).ExitCode);
        disk.Fill();

        await using var run = videogen.Start([.. RunOfNote, "--store", store]);

        Assert.True(await run.WaitForExitAsync() == 5, run.Output);
        Assert.Contains("full", run.Output, StringComparison.Ordinal);
        Assert.Contains(videogen.DataFolder, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The programs that it started do not listen to anybody either.</summary>
    [Fact]
    public async Task CtrlCEndsARunWhoseStoreHangsAndWhoseProgramsDoNotListen()
    {
        var videogen = new VideoGenCommand(_folder.File("data"));
        var tools = SlowTools.Create(_folder);
        await using var run = videogen.Start(RunOfNote, settings: tools.Settings);
        var programs = await tools.WaitForWorkAsync(run);
        await using var lockHolder = await HoldDatabaseAsync(_folder.File("data/tasks.db"));

        await AssertEndsSoonAsync(run, 130);

        await AssertGoneAsync(programs);
    }

    [Fact]
    public async Task CtrlCEndsARunWhoseProgramsDoNotListen()
    {
        var videogen = new VideoGenCommand(_folder.File("data"));
        var tools = SlowTools.Create(_folder);
        await using var run = videogen.Start(RunOfNote, settings: tools.Settings);
        var programs = await tools.WaitForWorkAsync(run);

        await AssertEndsSoonAsync(run, 130);

        await AssertGoneAsync(programs);
    }

    [Fact]
    public async Task CtrlCEndsASiloWhoseStoreHangsAndWhoeverWaitsForIt()
    {
        var videogen = new VideoGenCommand(_folder.File("data"));
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await videogen.StartSiloAsync("--redis", redis.Address, "--fast-membership");
        await using var submission = videogen.Start(
            "submit", _folder.Write("note.md", Documents.Note), "--redis", redis.Address, "--wait", "-o", _folder.File("note.mp4"));
        await submission.WaitForLineAsync("Task ");
        await using var lockHolder = await HoldDatabaseAsync(_folder.File("data/tasks.db"));

        await AssertEndsSoonAsync(submission, 130);
        await AssertEndsSoonAsync(silo, 0, 130);
    }

    /// <summary>A program that was killed may be there for a moment yet; one that was not stays.</summary>
    private static async Task AssertGoneAsync(int[] programs)
    {
        var clock = Stopwatch.StartNew();
        while (Array.Exists(programs, SlowTools.IsAlive))
        {
            Assert.True(clock.Elapsed < Dying, $"One of {string.Join(", ", programs)} is still there.");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task AssertEndsSoonAsync(ToolProcess process, params int[] exitCodes)
    {
        await process.SignalAsync("INT");
        var exitCode = await process.WaitForExitAsync().WithinAsync(Soon, () => process.Output);
        Assert.True(exitCodes.Contains(exitCode), $"It ended with {exitCode}:\n{process.Output}");
    }

    /// <summary>Another process that has begun to write and does not come to an end: every writer of the database waits for it.</summary>
    private static async Task<ToolProcess> HoldDatabaseAsync(string path)
    {
        var holder = new ToolProcess(
            "python3",
            [
                "-c",
                """
                import sqlite3, sys, time
                database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
                database.execute('BEGIN IMMEDIATE')
                print('held', flush=True)
                time.sleep(600)
                """,
                path,
            ]);
        await holder.WaitForLineAsync("held");
        return holder;
    }
}
