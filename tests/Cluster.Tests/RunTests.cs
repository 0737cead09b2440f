using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary><c>videogen run</c> as a person uses it, and as a person's machine treats it.</summary>
public sealed class RunTests : IDisposable
{
    /// <summary>Stands in what a command says that could not note its end, or did not come to it by itself, before its time was over.</summary>
    private const string NotInTime = " in time";

    private readonly TemporaryFolder _folder = new();
    private readonly VideoGenCommand _videogen;

    public RunTests()
    {
        _videogen = new VideoGenCommand(_folder.File("data"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ADocumentBecomesAVideoInOneProcess()
    {
        var document = _folder.Write("note.md", Documents.Note);

        var (exitCode, output) = await _videogen.RunAsync("run", document, "-o", _folder.File("note.mp4"), "--size", "640x360");

        Assert.True(exitCode == 0, output);
        Assert.Contains("of its playing time", output, StringComparison.Ordinal);
        await Probe.AssertVideoAsync(_folder.File("note.mp4"));
    }

    [Fact]
    public async Task AfterAKillTheSameCommandGoesOnAndRepeatsNoFinishedStage()
    {
        var document = _folder.Write("story.md", Documents.Long);
        string[] command = ["run", document, "-o", _folder.File("story.mp4"), "--size", "640x360"];
        await using var killed = _videogen.Start(command);
        await killed.WaitForLineAsync("Composition: ");
        await killed.KillAsync();
        var atTheKill = DateTimeOffset.UtcNow;
        var before = await StagesAsync();

        var (exitCode, output) = await _videogen.RunAsync(command);

        Assert.True(exitCode == 0, output);
        await Probe.AssertVideoAsync(_folder.File("story.mp4"));
        var after = await StagesAsync();
        var finishedBefore = before.Where(stage => stage.Value.Status == "completed").ToList();
        Assert.NotEmpty(finishedBefore);
        Assert.NotEqual(before.Count, finishedBefore.Count);
        Assert.All(finishedBefore, stage => Assert.Equal(stage.Value, after[stage.Key]));
        Assert.All(finishedBefore, stage => Assert.True(stage.Value.StartedAt < atTheKill));
        Assert.All(after.Values, stage => Assert.Equal("completed", stage.Status));
        Assert.All(after.Values, stage => Assert.InRange(stage.Attempt, 1, 2));
        Assert.Empty(Directory.GetFiles(_folder.Path, ".story.mp4.*"));
    }

    [Fact]
    public async Task CtrlCCancelsTheTaskAndTheSameCommandGoesOn() =>
        Assert.True(await CtrlCCancelsAsync("data-1") || await CtrlCCancelsAsync("data-2") || await CtrlCCancelsAsync("data-3"), "It was never in time.");

    /// <summary>False when the store did not note in time that the task is cancelled, and the command said so: it has two and a half seconds for it.</summary>
    private async Task<bool> CtrlCCancelsAsync(string data)
    {
        var videogen = new VideoGenCommand(_folder.File(data));
        var document = _folder.Write("story.md", Documents.Long);
        string[] command = ["run", document, "-o", _folder.File("story.mp4"), "--size", "640x360", "--id", "story"];
        await using var process = videogen.Start(command);
        await process.WaitForLineAsync("Narration: ");
        await process.SignalAsync("INT");

        Assert.True(await process.WaitForExitAsync() == 130, process.Output);
        Assert.False(File.Exists(_folder.File("story.mp4")));
        if (process.CountOf(NotInTime) > 0)
        {
            return false;
        }

        Assert.Contains("is cancelled", process.Output, StringComparison.Ordinal);
        var (_, listed) = await videogen.RunAsync("list", "--json");
        Assert.Contains("\"cancelled\"", listed, StringComparison.Ordinal);

        var (exitCode, output) = await videogen.RunAsync(command);
        Assert.True(exitCode == 0, output);
        await Probe.AssertVideoAsync(_folder.File("story.mp4"));
        return true;
    }

    [Fact]
    public async Task AnotherProcessCancelsARunAndAThirdOneExportsIt()
    {
        var document = _folder.Write("story.md", Documents.Long);
        var tools = SlowTools.Create(_folder);
        string[] command = ["run", document, "-o", _folder.File("story.mp4"), "--size", "640x360", "--id", "story"];
        await using var process = _videogen.Start(command, settings: tools.Settings);
        await tools.WaitForWorkAsync(process);

        Assert.Equal(4, (await _videogen.RunAsync("run", document, "-o", _folder.File("second.mp4"), "--size", "640x360", "--id", "story")).ExitCode);
        var (exitCode, output) = await _videogen.RunAsync("cancel", "story");

        Assert.True(exitCode == 0, output);
        Assert.True(await process.WaitForExitAsync() == 130, process.Output);
        Assert.False(File.Exists(_folder.File("story.mp4")));
        Assert.Equal(0, (await _videogen.RunAsync("export", _folder.File("states"))).ExitCode);
        using var exported = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder.File("states/story.json"), TestContext.Current.CancellationToken));
        Assert.Equal("cancelled", exported.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task ARunThatHoldsTheFolderOfFilesCanBeLookedAtButNotChangedByOthers()
    {
        var document = _folder.Write("story.md", Documents.Long);
        var tools = SlowTools.Create(_folder);
        string[] command = ["run", document, "-o", _folder.File("story.mp4"), "--size", "640x360", "--id", "story", "--store", "files"];
        await using var process = _videogen.Start(command, settings: tools.Settings);
        await tools.WaitForWorkAsync(process);

        var (listing, listed) = await _videogen.RunAsync("list", "--store", "files", "--json");
        var (showing, shown) = await _videogen.RunAsync("show", "story", "--store", "files", "--json");
        var (cancelling, refusal) = await _videogen.RunAsync("cancel", "story", "--store", "files");
        await using var watch = _videogen.Start("watch", "story", "--store", "files");
        await watch.WaitForLineAsync("Synthesis");
        Assert.False(process.HasExited, process.Output);

        Assert.True(listing == 0, listed);
        Assert.True(showing == 0, shown);
        using var list = JsonDocument.Parse(listed);
        Assert.Equal("story", Assert.Single(list.RootElement.GetProperty("tasks").EnumerateArray()).GetProperty("task_id").GetString());
        using var task = JsonDocument.Parse(shown);
        Assert.Equal("running", task.RootElement.GetProperty("task").GetProperty("status").GetString());
        Assert.Equal(5, cancelling);
        Assert.Matches(@"in use by another process \(process \d+ on ", refusal);
        await process.SignalAsync("INT");
        tools.Release();
        Assert.True(await process.WaitForExitAsync() == 130, process.Output);
        if (process.CountOf(NotInTime) > 0)
        {
            // The watch ends with the task, which another command cancels then.
            (cancelling, refusal) = await _videogen.RunAsync("cancel", "story", "--store", "files");
            Assert.True(cancelling == 0, refusal);
        }

        Assert.Equal(1, await watch.WaitForExitAsync());
        Assert.Contains("Task story is cancelled.", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSameIdWithAnotherDocumentIsRefusedAndNothingIsLost()
    {
        var first = _folder.Write("first.md", Documents.Note);
        var second = _folder.Write("second.md", Documents.Note + "\nAnd something else.\n");
        Assert.Equal(0, (await _videogen.RunAsync("run", first, "-o", _folder.File("first.mp4"), "--size", "640x360", "--id", "note")).ExitCode);

        var (exitCode, output) = await _videogen.RunAsync("run", second, "-o", _folder.File("second.mp4"), "--size", "640x360", "--id", "note");

        Assert.Equal(4, exitCode);
        Assert.Contains("Task note exists already", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("second.mp4")));
    }

    private async Task<Dictionary<string, (string? Status, DateTimeOffset? StartedAt, int Attempt)>> StagesAsync()
    {
        var (_, listed) = await _videogen.RunAsync("list", "--json");
        using var list = JsonDocument.Parse(listed);
        var id = list.RootElement.GetProperty("tasks")[0].GetProperty("task_id").GetString()!;
        var (_, shown) = await _videogen.RunAsync("show", id, "--json");
        using var task = JsonDocument.Parse(shown);
        return task.RootElement.GetProperty("task").GetProperty("stages").EnumerateObject()
            .Where(stage => stage.Value.TryGetProperty("attempt", out _))
            .ToDictionary(
                stage => stage.Name,
                stage => (
                    stage.Value.GetProperty("status").GetString(),
                    stage.Value.GetProperty("started_at") is { ValueKind: JsonValueKind.String } started ? started.GetDateTimeOffset() : (DateTimeOffset?)null,
                    stage.Value.GetProperty("attempt").GetInt32()));
    }
}
