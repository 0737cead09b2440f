using System.Globalization;
using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>Programs of authors do stages of their own pipelines, through the command alone.</summary>
public sealed class OwnStageTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly VideoGenCommand _videogen;
    private RedisServer _redis = null!;
    private ToolProcess _silo = null!;

    public OwnStageTests()
    {
        _videogen = new VideoGenCommand(_folder.File("data"));
    }

    private static string Root { get; } = FindRoot();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _silo = await _videogen.StartSiloAsync("--redis", _redis.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The commands of docs/authors.md, with the address of this test's Redis.</summary>
    [Fact]
    public async Task TheCommandsOfTheGuideMakeAReport()
    {
        string[][] commands =
        [
            .. (await File.ReadAllTextAsync(Path.Combine(Root, "docs/authors.md"), Ended)).Split("<!-- snippet: no-code -->\n```sh\n")[1].Split("```")[0]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(line => Words(line.Replace("localhost:6379", _redis.Address, StringComparison.Ordinal))),
        ];
        var samples = Path.Combine(Root, "samples/no-code");
        Assert.Equal(["worker", "worker", "submit"], commands.Select(command => command[0]));
        await using var first = _videogen.Start(commands[0], samples);
        await using var second = _videogen.Start(commands[1], samples);
        await first.WaitForLineAsync("The worker is up");
        await second.WaitForLineAsync("The worker is up");

        await using var submission = _videogen.Start(commands[2], samples);

        Assert.True(await submission.WaitForExitAsync() == 0, submission.Output + first.Output + second.Output);
        var report = (await submission.WaitForLineAsync("report  ")).Split("  ")[1];
        Assert.Equal("# Promises\n- the: 3\n- same: 3\n- any: 2\n", await File.ReadAllTextAsync(report, Ended));
        var (exitCode, said) = await RunAsync(samples, [.. commands[2], "--json"]);
        Assert.True(exitCode == 0, said);
        using var answer = JsonDocument.Parse(said);
        Assert.Equal((false, "completed"), (answer.RootElement.GetProperty("created").GetBoolean(), answer.RootElement.GetProperty("status").GetString()));
        Assert.Equal(
            ["count/counts.json", "report/report.md"],
            answer.RootElement.GetProperty("artifacts").EnumerateArray().Select(made => $"{made.GetProperty("stage")}/{made.GetProperty("name")}"));
    }

    /// <summary>The worker of the sample in C#, a program beside this product's own.</summary>
    [Fact]
    public async Task TheWorkerOfAnAuthorsProgramDoesItsStages()
    {
        var built = Path.GetRelativePath(Path.Combine(Root, "tests/Cluster.Tests"), AppContext.BaseDirectory);
        string[] arguments = [Path.Combine(Root, "samples/WordReport", built, "VideoGen.WordReport.dll"), "worker", _redis.Address, _videogen.DataFolder];
        await using var worker = new ToolProcess("dotnet", arguments);
        string[] submit = ["--pipeline", "samples/WordReport/word-report.json", "--input", "samples/no-code/input.json"];

        var (exitCode, said) = await RunAsync(Root, ["submit", .. submit, "--redis", _redis.Address, "--wait"]);

        Assert.True(exitCode == 0, said + worker.Output);
        var report = said.Split('\n').Single(line => line.StartsWith("word_report  ", StringComparison.Ordinal)).Split("  ")[1];
        Assert.StartsWith("18 words, 13 of them different\n     3  ", await File.ReadAllTextAsync(report, Ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramThatFailsIsToldWithTaskStageAndWhatToDo()
    {
        await using var worker = await StartWorkerAsync("echo half > out/video.mp4; echo 'no such font' >&2; exit 3");

        var (exitCode, said) = await SubmitAsync("broken", "--wait");

        Assert.True(exitCode == 1, said);
        Assert.Contains(
            "The program of stage render of task broken ('bash render.sh') ended with exit code 3. Mend the program or what it was given, then retry the task. "
            + "Its last words: no such font",
            said,
            StringComparison.Ordinal);
        var (_, shown) = await _videogen.RunAsync("show", "broken", "--redis", _redis.Address);
        Assert.DoesNotContain("video.mp4", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramAddsStagesThatTheSameWorkerDoes()
    {
        _folder.Write("render.sh", """
            case $VIDEOGEN_KIND in
                split) echo '{"add_stages": [{"name": "part:1"}, {"name": "part:2"}]}' > result.json ;;
                part) echo "part $VIDEOGEN_UNIT" > out/part.txt ;;
                join) cat artifacts/part/*/part.txt > out/whole.txt; echo '{"result": {"parts": 2}}' > result.json ;;
            esac
            """);
        var pipeline = _folder.Write(
            "parts.json",
            """
            {"name": "parts", "stages": [
              {"name": "split", "critical": true}, {"name": "part", "is_group": true, "critical": true, "depends_on": ["split"]},
              {"name": "join", "critical": true, "depends_on": ["part"]}]}
            """);
        string[] kinds = ["--kind", "split", "--kind", "part", "--kind", "join"];
        await using var worker = _videogen.Start(["worker", "--exec", "bash render.sh", .. kinds, "--redis", _redis.Address], _folder.Path);

        var (exitCode, said) = await _videogen.RunAsync("submit", "--pipeline", pipeline, "--redis", _redis.Address, "--wait");

        Assert.True(exitCode == 0, said + worker.Output);
        var whole = said.Split('\n').Single(line => line.StartsWith("join  ", StringComparison.Ordinal)).Split("  ")[1];
        Assert.Equal("part 1\npart 2\n", await File.ReadAllTextAsync(whole, Ended));
    }

    /// <summary>The second signal has the worker give back at once what it holds.</summary>
    [Theory]
    [InlineData("pause")]
    [InlineData("stop")]
    public async Task AProgramAtWorkEndsWithAllThatItStartedWhenItsStageIsTakenAway(string how) =>
        Assert.True(await EndsWithItsStageAsync(how, "held") || await EndsWithItsStageAsync(how, "held-again"), "The worker did not come to an end in time.");

    /// <summary>False when the worker came to the end of its time before it could give back what it holds, and said so.</summary>
    private async Task<bool> EndsWithItsStageAsync(string how, string task)
    {
        File.Delete(_folder.File("self"));
        File.Delete(_folder.File("child"));
        await using var worker = await StartWorkerAsync("""
            trap '' TERM
            setsid bash -c 'trap "" TERM; echo $$ > $VIDEOGEN_HOME/child; while :; do sleep 0.1; done' &
            while [ ! -s $VIDEOGEN_HOME/child ]; do sleep 0.02; done
            echo 'openjd_status: Held'
            echo 'openjd_progress: 30'
            echo $$ > $VIDEOGEN_HOME/self
            while :; do sleep 0.1; done
            """);
        Assert.Equal(0, (await SubmitAsync(task)).ExitCode);
        var self = await ProcessAsync("self");
        var child = await ProcessAsync("child");

        if (how == "pause")
        {
            Assert.Equal(0, (await _videogen.RunAsync("pause", task, "--redis", _redis.Address)).ExitCode);
        }
        else
        {
            await worker.SignalAsync("TERM");
            await worker.WaitForLineAsync("The worker takes nothing more");
            await worker.SignalAsync("TERM");
            var exitCode = await worker.WaitForExitAsync();
            if (HurriedEnd.IsOf(worker, exitCode))
            {
                await _videogen.RunAsync("cancel", task, "--redis", _redis.Address);
                await KillAsync([.. new[] { self, child }.Where(SlowTools.IsAlive)]);
                return false;
            }

            Assert.True(exitCode == 0, worker.Output);
        }

        await GoneAsync(self, worker);
        await GoneAsync(child, worker);
        var (_, shown) = await _videogen.RunAsync("show", task, "--redis", _redis.Address);
        Assert.DoesNotContain("failed", shown, StringComparison.Ordinal);
        return true;
    }

    [Fact]
    public async Task ALimitThatTheClusterDoesNotHaveIsSaidWithItsPlace()
    {
        var pipeline = _folder.Write("limited.json", """{"name": "p", "stages": [{"name": "a"}, {"name": "b", "limits": ["vendor"]}]}""");

        var (exitCode, said) = await _videogen.RunAsync("submit", "--pipeline", pipeline, "--id", "limited", "--redis", _redis.Address);

        Assert.True(exitCode == 2, said);
        Assert.Contains("stages[1].limits: The cluster has no limit 'vendor'", said, StringComparison.Ordinal);
        Assert.Contains($"'videogen limit set vendor --max N --redis {_redis.Address}'", said, StringComparison.Ordinal);
        Assert.Equal(0, (await _videogen.RunAsync("limit", "set", "vendor", "--max", "2", "--redis", _redis.Address)).ExitCode);
        Assert.Equal(0, (await _videogen.RunAsync("submit", "--pipeline", pipeline, "--id", "limited", "--redis", _redis.Address)).ExitCode);
    }

    private async Task<ToolProcess> StartWorkerAsync(string script)
    {
        _folder.Write("render.sh", script);
        var worker = _videogen.Start(["worker", "--exec", "bash render.sh", "--kind", "render", "--redis", _redis.Address], _folder.Path);
        await worker.WaitForLineAsync("The worker is up");
        return worker;
    }

    private Task<(int ExitCode, string Output)> SubmitAsync(string id, params string[] more)
    {
        var pipeline = _folder.Write(
            "p.json", """{"name": "p", "stages": [{"name": "render", "critical": true, "retry": {"max_attempts": 2, "first_delay": "10ms"}}]}""");
        return _videogen.RunAsync(["submit", "--pipeline", pipeline, "--id", id, "--redis", _redis.Address, .. more]);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string folder, string[] arguments)
    {
        await using var process = _videogen.Start(arguments, folder);
        return (await process.WaitForExitAsync(), process.Output);
    }

    private async Task<int> ProcessAsync(string name)
    {
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        int id;
        while (!File.Exists(_folder.File(name)) || !int.TryParse(await File.ReadAllTextAsync(_folder.File(name), Ended), CultureInfo.InvariantCulture, out id))
        {
            await Task.Delay(20, patience.Token);
        }

        return id;
    }

    private static async Task KillAsync(int[] processes)
    {
        await using var kill = new ToolProcess("kill", ["-9", .. processes.Select(id => $"{id}")]);
        await kill.WaitForExitAsync();
    }

    private static async Task GoneAsync(int id, ToolProcess worker)
    {
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while (SlowTools.IsAlive(id))
        {
            Assert.False(patience.IsCancellationRequested, $"Process {id} is still there:\n{worker.Output}");
            await Task.Delay(20, Ended);
        }
    }

    /// <summary>The words of a command line of the guide without its program and its last &amp;; quotes hold some together.</summary>
    private static string[] Words(string line) =>
        [.. line.TrimEnd('&', ' ').Split('\'').SelectMany((part, at) => at % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Skip(1)];

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VideoGen.Orleans.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not run within the repository.");
        }

        return folder;
    }
}
