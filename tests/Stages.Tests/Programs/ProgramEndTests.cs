using VideoGen.Client.Stages;
using VideoGen.Stages.Programs;
using VideoGen.Stages.Tests.Media;

namespace VideoGen.Stages.Tests.Programs;

/// <summary>Programs that do not end by themselves, leave others behind, or never stop to talk.</summary>
public sealed class ProgramEndTests : IDisposable
{
    private readonly ProgramBench _bench = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ACancelledProgramIsAskedAndMayTidyUp()
    {
        var stage = _bench.Script("""
            trap 'echo tidied > $VIDEOGEN_HOME/tidied; exit 0' TERM
            echo $$ > $VIDEOGEN_HOME/self
            while :; do sleep 0.05; done
            """);

        await CancelAsync(stage, "self");

        Assert.Equal("tidied\n", await File.ReadAllTextAsync(_bench.InHome("tidied"), Ended));
        Assert.Empty(_bench.Stored);
    }

    [Fact]
    public async Task ACancelledProgramThatDoesNotHearIsKilledWithAllThatItStarted()
    {
        var stage = _bench.Script(
            """
            trap '' TERM
            (trap '' TERM; bash -c 'echo $$ > $VIDEOGEN_HOME/child; exec sleep 600') &
            setsid bash -c 'echo $$ > $VIDEOGEN_HOME/apart; exec sleep 600' &
            while [ ! -e $VIDEOGEN_HOME/child ] || [ ! -e $VIDEOGEN_HOME/apart ]; do sleep 0.02; done
            echo $$ > $VIDEOGEN_HOME/self
            while :; do echo still here; sleep 0.02; done
            """,
            grace: TimeSpan.FromMilliseconds(200));

        await CancelAsync(stage, "self");

        await WrittenProcess.IsGoneAsync(_bench.InHome("child"));
        await WrittenProcess.IsGoneAsync(_bench.InHome("apart"));
    }

    /// <summary>They hold the pipes of the program that has ended, and would hold the stage for as long as they like.</summary>
    [Fact]
    public async Task ProcessesThatAreLeftBehindAreEndedAndNamed()
    {
        var result = await _bench.Stages.RunAsync(_bench.Script("""
            bash -c 'echo $$ > $VIDEOGEN_HOME/child; exec sleep 600' &
            setsid bash -c 'echo $$ > $VIDEOGEN_HOME/apart; exec sleep 600' &
            while [ ! -s $VIDEOGEN_HOME/child ] || [ ! -s $VIDEOGEN_HOME/apart ]; do sleep 0.02; done
            echo made > out/made.txt
            """));

        Assert.Equal("made\n", _bench.Stages.ReadText(result, "made.txt"));
        Assert.StartsWith(
            "The program of stage render ended and left 2 processes behind, which had to be ended.", Assert.Single(result.Warnings), StringComparison.Ordinal);
        await WrittenProcess.IsGoneAsync(_bench.InHome("child"));
        await WrittenProcess.IsGoneAsync(_bench.InHome("apart"));
    }

    [Fact]
    public async Task AFloodWithAndWithoutLinesIsReadAndForgotten()
    {
        var failure = await _bench.FailAsync("""
            head -c 100000000 /dev/zero
            head -c 100000000 /dev/zero | tr '\0' x >&2
            yes 'openjd_progress: 50' | head -n 200000
            echo >&2; echo 'the last word' >&2; exit 1
            """);

        Assert.EndsWith("the last word", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.Message.Length < 5_000, $"The message has {failure.Message.Length} characters.");
        Assert.All(_bench.Stages.Progress, report => Assert.Equal(0.5, report.Fraction));
    }

    [Fact]
    public async Task ALineThatNeverEndsIsCut()
    {
        var lines = new List<string>();
        var text = new string('x', 3 * BoundedLines.MaxLineBytes) + "\nnext\r\nlast";

        await BoundedLines.ReadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), lines.Add, Ended);

        Assert.Equal([BoundedLines.MaxLineBytes, 4, 4], lines.Select(line => line.Length));
        Assert.Equal(["next", "last"], lines[1..]);
    }

    private async Task CancelAsync(IStage stage, string written)
    {
        using var cancel = new CancellationTokenSource();
        var running = stage.ExecuteAsync(_bench.Stages.CreateContext("render"), cancel.Token);
        await WrittenProcess.BeganAsync(_bench.InHome(written));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await WrittenProcess.IsGoneAsync(_bench.InHome(written));
    }
}
