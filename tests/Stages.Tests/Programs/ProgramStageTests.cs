using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Programs;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;

namespace VideoGen.Stages.Tests.Programs;

/// <summary>What a program is given, and what becomes of what it makes and says.</summary>
public sealed class ProgramStageTests : IDisposable
{
    private readonly ProgramBench _bench = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task AProgramReadsItsInputAndEarlierArtifactsAndItsFilesBecomeArtifacts()
    {
        await CompleteEarlierAsync("words", "words.txt", "one two three");
        _bench.Stages.Input = JsonText.Parse("""{"title": "Grüße"}""").ToElement();
        _bench.Stages.Parameters = JsonText.Parse("""{"times": 2}""").ToElement();
        await File.WriteAllTextAsync(_bench.InHome("render.py"), """
            import json, os
            task = json.load(open(os.environ["VIDEOGEN_INPUT"], encoding="utf-8"))
            times = json.load(open(os.environ["VIDEOGEN_PARAMETERS"]))["times"]
            words = open("artifacts/words/words.txt").read().split()
            print("openjd_status: Counting", flush=True)
            print("openjd_progress: 42.5", flush=True)
            open("artifacts/words/words.txt", "w").write("mine now")
            names = ["TASK", "STAGE", "KIND", "UNIT", "ATTEMPT"]
            told = [os.environ["VIDEOGEN_" + name] for name in names]
            with open(os.path.join(os.environ["VIDEOGEN_OUT"], "report.json"), "w") as out:
                json.dump({"title": task["title"], "count": len(words) * times, "told": told}, out)
            open("out/.unfinished", "w").write("x")
            print("openjd_progress: 100", flush=True)
            """, Ended);

        var result = await _bench.Stages.RunAsync(_bench.Command("python3 render.py"), attempt: 3);

        var artifact = Assert.Single(result.Artifacts);
        Assert.Equal(("report.json", "application/json"), (artifact.Name, artifact.MediaType));
        var report = JsonDocument.Parse(_bench.Stages.ReadText(result, "report.json")).RootElement;
        Assert.Equal(("Grüße", 6), (report.GetProperty("title").GetString(), report.GetProperty("count").GetInt32()));
        Assert.Equal(["bench", "render", "render", "", "3"], report.GetProperty("told").EnumerateArray().Select(told => told.GetString()));
        Assert.Equal([(0, "Counting"), (0.425, "Counting"), (1, "Counting")], _bench.Stages.Progress);
        Assert.Empty(result.Warnings);
        var again = await _bench.Stages.RunAsync(_bench.Script("cat artifacts/words/words.txt > out/seen.txt"));
        Assert.Equal("one two three", _bench.Stages.ReadText(again, "seen.txt"));
    }

    [Theory]
    [InlineData("echo 'first' >&2; echo 'the reason' >&2; exit 3", "program.failed", "ended with exit code 3.", "Its last words: first | the reason")]
    [InlineData("echo 'said on stdout'; exit 1", "program.failed", "ended with exit code 1.", "Its last words: said on stdout")]
    [InlineData("echo 'openjd_fail: no such font'; exit 2", "program.failed", "ended with exit code 2.", "It says: no such font")]
    [InlineData("echo 'openjd_fail: no such font'; exit 0", "program.failed", "failed, as it says itself: no such font", "retry the task.")]
    [InlineData("kill -9 $$", "program.killed", "was killed, as happens where memory runs out.", "retry the task.")]
    [InlineData("kill -6 $$", "program.killed", "was ended by signal 6.", "retry the task.")]
    [InlineData("exec /no/such/program", "program.missing", "could not be started (exit code 127).", "No such file")]
    [InlineData("echo 'write: No space left on device' >&2; exit 1", "disk.full", "Free some space", "retry the task.")]
    public async Task AFailureNamesTaskStageAndProgramAndSaysWhatToDo(string body, string code, string what, string more)
    {
        var failure = await _bench.FailAsync($"echo half > out/video.mp4; {body}");

        Assert.Equal((code, true), (failure.Code, failure.Retryable));
        Assert.StartsWith("The program of stage render of task bench ('bash render.sh') ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains(more, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Stored);
    }

    [Fact]
    public async Task AProgramMayAskToComeAgainLater()
    {
        var failure = await _bench.FailAsync("echo 'openjd_fail: the vendor is busy'; exit 75");

        Assert.Equal(TimeSpan.FromSeconds(30), failure.RetryAfter);
        Assert.Contains("asks to come again later (exit code 75). It says: the vendor is busy", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ln -s /etc/passwd out/passwd", "left the link out/passwd")]
    [InlineData("ln -s /etc out/etc", "left the link out/etc")]
    [InlineData("ln -s input.json out/gone", "left the link out/gone")]
    [InlineData("mkdir out/frames", "left the folder out/frames; only files right in out are taken")]
    [InlineData("mkfifo out/pipe", "left out/pipe, which is no file but a pipe")]
    [InlineData("touch out/a:b", "left out/a:b, whose name has a colon")]
    [InlineData("touch \"$(printf 'out/a\\tb')\"", "left out/a?b, whose name has")]
    [InlineData("rm -r out", "took away its folder out")]
    [InlineData("rm -r out; ln -s /etc out", "put a link in its place")]
    [InlineData("for i in $(seq 65); do touch out/$i; done", "left more than 64 files in out; pack some of them into one")]
    public async Task WhatIsNoFileOfItsOwnIsRefusedByNameAndNothingIsTaken(string body, string what)
    {
        var failure = await _bench.FailAsync($"echo made > out/0.txt; {body}");

        Assert.Equal(("program.output", false), (failure.Code, failure.Retryable));
        Assert.Contains("of stage render of task bench ended well, but ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Stored);
    }

    [Fact]
    public async Task AProgramAddsStagesWarnsAndKnowsTheResult()
    {
        var result = await _bench.Stages.RunAsync(_bench.Script("""
            echo '{"result": {"parts": 2}, "warnings": ["Page 3 is empty."], "add_stages": [' > result.json
            echo '{"name": "part:1"}, {"name": "part:2", "run_timeout": "5m"}]}' >> result.json
            """));

        Assert.Equal(("{\"parts\":2}", "Page 3 is empty."), (result.TaskResult?.Value, Assert.Single(result.Warnings)));
        Assert.Equal([("part:1", null), ("part:2", TimeSpan.FromMinutes(5))], result.FanOut.Select(stage => (stage.Name.Value, stage.RunTimeout)));
        Assert.Empty(result.Artifacts);
    }

    [Theory]
    [InlineData("echo '[]' > result.json", "but its result.json is no object in braces.")]
    [InlineData("echo '{' > result.json", "but its result.json cannot be read as JSON: ")]
    [InlineData("echo '{\"result\": 1, \"result\": 2}' > result.json", "but its result.json cannot be read as JSON: ")]
    [InlineData("echo '{\"stages\": []}' > result.json", "but its result.json has a member 'stages'; it has result, warnings, add_stages.")]
    [InlineData("echo '{\"warnings\": [1]}' > result.json", "but its result.json has warnings that are no list of texts.")]
    [InlineData("echo '{\"add_stages\": [{\"nam\": 1}]}' > result.json", "adds stages that are none: stages[0].nam: There is no such member.")]
    [InlineData("head -c 1048577 /dev/zero > result.json", "but its result.json has 1048577 bytes; 1048576 is the most.")]
    [InlineData("ln -s /etc/passwd result.json", "but its result.json is a link, which may lead out of its folder.")]
    [InlineData("mkfifo result.json", "but its result.json cannot be read as JSON: ")]
    public async Task AResultThatIsNoneIsRefusedAndNothingIsTaken(string body, string what)
    {
        var failure = await _bench.FailAsync($"echo made > out/made.txt; {body}");

        Assert.Equal("program.output", failure.Code);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Stored);
    }

    [Fact]
    public async Task AMalformedProgressIsLeftOutWithAWarning()
    {
        var result = await _bench.Stages.RunAsync(_bench.Script(
            "echo 'openjd_progress: half'; echo 'openjd_progress: 101'; echo 'openjd_progress: NaN'; echo 'openjd_progress: 7'; echo ' openjd_progress: 9'"));

        Assert.Equal([(0.07, "")], _bench.Stages.Progress);
        Assert.Equal(
            "The program of stage render printed 'openjd_progress: half', which is no progress: that is a number from 0 to 100. The line was left out.",
            Assert.Single(result.Warnings));
    }

    [Fact]
    public async Task TheSettingsOfTheWorkerStayWithIt()
    {
        Environment.SetEnvironmentVariable("VIDEOGEN_TEST_PASSWORD", "secret");
        Environment.SetEnvironmentVariable("VISIBLE_TEST_SETTING", "plain");

        var result = await _bench.Stages.RunAsync(_bench.Script("env > out/env.txt"));

        var environment = _bench.Stages.ReadText(result, "env.txt");
        Assert.DoesNotContain("secret", environment, StringComparison.Ordinal);
        Assert.Contains("VISIBLE_TEST_SETTING=plain", environment, StringComparison.Ordinal);
        Assert.Contains($"VIDEOGEN_HOME={_bench.Home}", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnArtifactWhoseNameLeavesItsFolderIsNotWrittenThere()
    {
        var stored = await CompleteEarlierAsync("words", "words.txt", "x");
        _bench.Stages.Complete("words", stored with { Artifacts = [stored.Artifacts[0] with { Name = "../../escaped" }] });

        var failure = await _bench.FailAsync("true");

        Assert.Equal("artifact.name", failure.Code);
    }

    [Fact]
    public async Task AProgramThatIsGoneIsALackOfTheMachine()
    {
        Assert.Empty(await _bench.Script("true").CheckNeedsAsync(Ended));
        Assert.Contains("'no-such-program' of the command 'no-such-program x' is not", await LackAsync("no-such-program x"), StringComparison.Ordinal);
        Assert.Contains("'/no/such' of the command", await LackAsync("/no/such"), StringComparison.Ordinal);
        var named = _bench.Command("bash render.sh");
        File.Delete(_bench.InHome("render.sh"));
        var gone = Assert.Single(await named.CheckNeedsAsync(Ended));
        Assert.Contains("render.sh, which the command 'bash render.sh' names, is gone", gone, StringComparison.Ordinal);
    }

    private async Task<string> LackAsync(string command) => Assert.Single(await _bench.Command(command).CheckNeedsAsync(Ended));

    private async Task<StageResult> CompleteEarlierAsync(string stage, string name, string text)
    {
        var context = _bench.Stages.CreateContext(stage);
        var file = Path.Combine(context.WorkingDirectory, name);
        await File.WriteAllTextAsync(file, text, Ended);
        var result = new StageResult { Artifacts = [await context.SaveArtifactAsync(name, file, "text/plain", Ended)] };
        _bench.Stages.Complete(stage, result);
        return result;
    }
}
