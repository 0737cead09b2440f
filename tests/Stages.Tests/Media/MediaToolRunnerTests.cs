using Microsoft.Extensions.Time.Testing;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Tests.Media;

public sealed class MediaToolRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vg-runner").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AMissingProgramIsNamedWithWhatToInstall()
    {
        var runner = Runner(new MediaOptions { SearchPath = _folder });

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => runner.RunAsync(Run("anything"), Cancellation));

        Assert.Equal("ffmpeg.missing", failure.Code);
        Assert.Contains("apt-get install ffmpeg", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.Retryable);
    }

    [Fact]
    public async Task AFailureSaysWhatWasDoneAndWhatTheProgramSaidLast()
    {
        Script("for i in $(seq 500); do echo line $i >&2; done; echo the reason >&2; exit 7");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => Runner().RunAsync(Run(), Cancellation));

        Assert.Equal("ffmpeg.failed", failure.Code);
        Assert.StartsWith("Testing failed: ffmpeg ended with exit code 7: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("the reason", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("line 100 ", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Retryable);
    }

    [Fact]
    public async Task AFullDiskIsNamed()
    {
        Script("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => Runner().RunAsync(Run(), Cancellation));

        Assert.Equal("disk.full", failure.Code);
    }

    [Fact]
    public async Task AProgramThatIgnoresSigtermIsKilledWithItsChildrenAfterTheDeadline()
    {
        Script("trap '' TERM; echo $$ > self; (trap '' TERM; sh -c 'echo $$ > child; exec sleep 600') & wait");
        var time = new FakeTimeProvider();
        var running = Runner(time: time).RunAsync(Run(), Cancellation);
        await WrittenProcess.BeganAsync(Path.Combine(_folder, "self"));
        await WrittenProcess.BeganAsync(Path.Combine(_folder, "child"));

        await time.PassUntilEndOfAsync(running);

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => running);

        Assert.Equal("ffmpeg.timeout", failure.Code);
        Assert.True(failure.Retryable);
        await AssertGoneAsync("self");
        await AssertGoneAsync("child");
    }

    [Fact]
    public async Task CancellingEndsTheProgramAndItsChildren()
    {
        Script("echo $$ > self; sh -c 'echo $$ > child; exec sleep 600' & wait");
        using var cancel = new CancellationTokenSource();
        var running = Runner().RunAsync(Run(), cancel.Token);
        await WrittenProcess.BeganAsync(Path.Combine(_folder, "child"));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertGoneAsync("self");
        await AssertGoneAsync("child");
    }

    [Fact]
    public async Task ArgumentsReachTheProgramAsTheyAre()
    {
        Script("for a in \"$@\"; do printf '[%s]' \"$a\"; done; echo");
        var lines = new List<string>();

        await Runner().RunAsync(Run("a b", "$(touch x)", "'", "\"", ";|&", "-y", "") with { OutputLine = lines.Add }, Cancellation);

        Assert.Equal(["[a b][$(touch x)]['][\"][;|&][-y][]"], lines);
    }

    [Fact]
    public async Task AnErrorWhileTheInputIsWrittenIsTheError()
    {
        Script("cat > received; exit 0");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Runner().RunAsync(
            Run() with { WriteInput = (_, _) => throw new InvalidOperationException("no picture") }, Cancellation));

        Assert.Equal("no picture", failure.Message);
    }

    [Fact]
    public async Task AProgramThatStopsReadingIsJudgedByHowItEnds()
    {
        Script("echo 'bad input' >&2; exit 3");

        var failure = await Assert.ThrowsAsync<StageFailedException>(() => Runner().RunAsync(
            Run() with { WriteInput = async (stream, token) => await stream.WriteAsync(new byte[4_000_000], token) }, Cancellation));

        Assert.Contains("bad input", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Whatever a writer draws with is disposed when the run is over, so no run may be over before its writer is. The writer here goes on after its program
    /// has ended until it sees the run end under it, or a second has passed; a run that waits for it can end neither sooner nor otherwise.
    /// </summary>
    [Theory]
    [InlineData("cancelled", "exec sleep 600")]
    [InlineData("too late", "exec sleep 600")]
    [InlineData("failed", "exit 3")]
    [InlineData("ended well", "exit 0")]
    public async Task ARunIsNotOverWhileItsInputIsBeingWritten(string end, string script)
    {
        Script("echo $$ > self; " + script);
        var time = new FakeTimeProvider();
        using var cancel = new CancellationTokenSource();
        var over = new TaskCompletionSource();
        var endedUnderTheWriter = new TaskCompletionSource<bool>();
        var run = Run() with
        {
            WriteInput = async (_, _) =>
            {
                await WrittenProcess.IsGoneAsync(Path.Combine(_folder, "self"));
                await Task.WhenAny(over.Task, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
                endedUnderTheWriter.SetResult(over.Task.IsCompleted);
            },
        };

        var running = Runner(time: time).RunAsync(run, cancel.Token);
        await WrittenProcess.BeganAsync(Path.Combine(_folder, "self"));
        if (end == "cancelled")
        {
            await cancel.CancelAsync();
        }
        else if (end == "too late")
        {
            await time.PassUntilEndOfAsync(running);
        }

        var failure = await Record.ExceptionAsync(() => running);
        over.SetResult();

        Assert.False(await endedUnderTheWriter.Task);
        Assert.Equal(
            end switch { "cancelled" => nameof(OperationCanceledException), "too late" => "ffmpeg.timeout", "failed" => "ffmpeg.failed", _ => null },
            (failure as StageFailedException)?.Code ?? failure?.GetType().Name);
    }

    [Fact]
    public async Task ATrialThatWasTooSlowIsMadeAgain()
    {
        Script("echo $PPID > self");
        _ = new FakeTool(_folder, "setpriv", """
            cd "$(dirname "$0")"
            [ -e slow ] || { echo $$ > slow; exec sleep 600; }
            [ "$1" != --version ] || exit 0
            echo "$@" >> leashes; shift 2; exec "$@"
            """);
        var time = new FakeTimeProvider();
        var runner = Runner(time: time);

        var slow = runner.RunAsync(Run(), Cancellation);
        await WrittenProcess.BeganAsync(Path.Combine(_folder, "slow"));
        await time.PassUntilEndOfAsync(slow, TimeSpan.FromSeconds(30));
        await slow;
        Assert.False(File.Exists(Path.Combine(_folder, "leashes")));

        await runner.RunAsync(Run(), Cancellation);
        var leashed = await File.ReadAllLinesAsync(Path.Combine(_folder, "leashes"), Cancellation);
        Assert.Contains(leashed, words => words.Contains("ffmpeg", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exit 3", "ffmpeg.failed")]
    [InlineData("exit 0", null)]
    public async Task AWriterIsStoppedWhenItsProgramHasEnded(string script, string? code)
    {
        Script(script);
        var stopped = false;

        var failure = await Record.ExceptionAsync(() => Runner().RunAsync(
            Run() with
            {
                WriteInput = async (_, token) =>
                {
                    try
                    {
                        await Task.Delay(Timeout.Infinite, token);
                    }
                    finally
                    {
                        stopped = true;
                    }
                },
            },
            Cancellation));

        Assert.True(stopped);
        Assert.Equal(code, (failure as StageFailedException)?.Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string SearchPath => $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";

    private MediaToolRunner Runner(MediaOptions? options = null, TimeProvider? time = null) =>
        new(options ?? new MediaOptions { SearchPath = SearchPath }, time ?? TimeProvider.System);

    private MediaRun Run(params string[] arguments) => new()
    {
        Tool = MediaTool.Ffmpeg,
        Arguments = [.. arguments],
        WorkingDirectory = _folder,
        Timeout = TimeSpan.FromMinutes(2),
        Purpose = "Testing",
    };

    /// <summary>Stands in for ffmpeg.</summary>
    private void Script(string body) => _ = new FakeTool(_folder, "ffmpeg", body);

    private Task AssertGoneAsync(string name) => WrittenProcess.IsGoneAsync(Path.Combine(_folder, name));
}
