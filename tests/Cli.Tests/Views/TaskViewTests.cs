using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;
using VideoGen.Cli.Commands;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Cli.Tests.Views;

/// <summary>One task and how it ended, to the letter.</summary>
public sealed class TaskViewTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(100);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void ATaskIsShownWholeAndControlCharactersDoNotReachTheTerminal()
    {
        TaskView.Show(_console, Snapshot(TestTasks.Failed), [], TestTasks.Now, width: null, all: true);

        AssertOutput("""
            Task      orleans-1a2b3c4d
            Status    failed, 58 %
            Pipeline  document-video 1
            Created   2026-03-01 12:00:00Z
            Started   2026-03-01 12:00:01Z
            Ended     2026-03-01 12:01:15Z, after 1:14
            Labels    team=docs
            Version   41, in 7 writes

            Errors
              audio_generation:scene-002: The voice is �[31mlost�[0m. (attempt 2)

            Warnings
              Scene 3: the picture 'gone.png' is missing.

            STAGE                        STATUS      DONE  STARTED                  TOOK  TRY  MESSAGE
            input_adaptation             completed  100 %  2026-03-01 12:00:01Z     0:01    1  Adapting input source
            content_parsing              completed  100 %  2026-03-01 12:00:02Z     0:02    1  Parsing scene 2/2
            script_generation            completed  100 %  2026-03-01 12:00:04Z     0:02       2 of 2 completed
            audio_generation             running     70 %  2026-03-01 12:00:05Z     1:10       1 of 2 completed, 1 failed
            output_handling              pending      0 %
            script_generation:scene-001  completed  100 %  2026-03-01 12:00:04Z     0:01    1  Written
            script_generation:scene-002  completed  100 %  2026-03-01 12:00:04Z     0:02    1  Written
            audio_generation:scene-001   completed  100 %  2026-03-01 12:00:05Z     0:04    1  Spoken
            audio_generation:scene-002   failed       0 %  2026-03-01 12:00:06Z     1:09    2  The voice is �[31mlost�[0m.
            """);
    }

    /// <summary>A video has three groups of dozens of scenes.</summary>
    [Fact]
    public void MembersOfAGroupAreSummedUp()
    {
        TaskView.Show(_console, Snapshot(TestTasks.AtWork), [], TestTasks.Now, width: null);

        Assert.EndsWith(
            """

            STAGE              STATUS      DONE  STARTED                  TOOK  TRY  MESSAGE
            input_adaptation   completed  100 %  2026-03-01 12:00:01Z     0:01    1  Adapting input source
            content_parsing    completed  100 %  2026-03-01 12:00:02Z     0:02    1  Parsing scene 2/2
            script_generation  completed  100 %  2026-03-01 12:00:04Z     0:02       2 of 2 completed
            audio_generation   running     70 %  2026-03-01 12:00:05Z     1:10       1 of 2 completed, 1 running
            output_handling    pending      0 %
            --all lists the 4 members of groups.

            """.ReplaceLineEndings("\n"),
            _console.Output.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ALogTellsEachLineOnce()
    {
        var log = new LogView(_console, new FakeTimeProvider(TestTasks.Now), only: null);

        log.Tell(TestTasks.AtWork);
        log.Tell(TestTasks.AtWork);
        log.Tell(TestTasks.Failed);

        AssertOutput("""
            2026-03-01 12:00:00Z  created
            2026-03-01 12:00:02Z  input_adaptation: completed
            2026-03-01 12:00:04Z  content_parsing: completed
            2026-03-01 12:00:05Z  script_generation:scene-001: completed
            2026-03-01 12:00:06Z  script_generation:scene-002: completed
            2026-03-01 12:00:09Z  audio_generation:scene-001: completed
            2026-03-01 12:01:15Z  failed
            """);
    }

    [Fact]
    public void ALogOfAGroupIsThatOfItsMembers()
    {
        new LogView(_console, new FakeTimeProvider(TestTasks.Now), only: "script_generation").Tell(TestTasks.AtWork);

        AssertOutput("""
            2026-03-01 12:00:05Z  script_generation:scene-001: completed
            2026-03-01 12:00:06Z  script_generation:scene-002: completed
            """);
    }

    [Fact]
    public void ErrorsBeforeARetryAreShownApartAndDoNotLookLikePresentOnes()
    {
        var task = TestTasks.AtWork with { Status = RunStatus.Completed, Errors = ["a: old"], FormerErrors = 1, FormerWarnings = 1 };

        task = task with { Stages = StageMap.Empty, Labels = null, Priority = 3 };
        TaskView.Show(_console, Snapshot(task), [], TestTasks.Now, width: null);

        AssertOutput("""
            Task      orleans-1a2b3c4d
            Status    completed, 58 %
            Pipeline  document-video 1
            Priority  3
            Created   2026-03-01 12:00:00Z
            Started   2026-03-01 12:00:01Z
            Version   41, in 7 writes


            Errors before the retry
              a: old

            Warnings before the retry
              Scene 3: the picture 'gone.png' is missing.
            """);
    }

    /// <summary>Lines that a terminal breaks are no table any more.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(34)]
    public void InANarrowTerminalNoLineIsWiderThanIt(int width)
    {
        _console.Width(width);
        var summary = new TaskSummary
        {
            TaskId = TaskId.Parse("orleans-1a2b3c4d"),
            Status = RunStatus.Running,
            Progress = 0.583,
            CurrentStage = "audio_generation",
            CreatedAt = TestTasks.Start,
            UpdatedAt = TestTasks.Now,
            Version = 41,
        };

        TaskListView.Show(_console, new TaskPage([summary], null), TestTasks.Now, width);
        _console.Write(new LiveProgressView(_console, new FakeTimeProvider(TestTasks.Now)).Render(TestTasks.Failed));

        Assert.All(_console.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
        Assert.Contains("  running, 58 %, 1 min  Synth", _console.Output, StringComparison.Ordinal);
        Assert.Equal(7, _console.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void StagesInANarrowTerminalStandBelowTheirNames()
    {
        var task = TestTasks.AtWork with { Stages = StageMap.Empty.With(TestTasks.Failed.Stages[8]) };
        TaskView.Show(_console, Snapshot(task), [], TestTasks.Now, width: 40, all: true);

        Assert.Contains("audio_generation:scene-002\n  failed, 0 %, 1:09, try 2\n  The voice is", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void StagesThatWaitAreShownWithTheReason()
    {
        var wait = new StageWait("output_handling", StageObstacle.Dependency("audio_generation", TestTasks.AtWork.Stages[3]));
        TaskView.Show(_console, Snapshot(TestTasks.AtWork), [wait], TestTasks.Now, width: null);

        Assert.Contains(
            "\nWaiting\n  output_handling: It waits for stage audio_generation, which is running (70 %).\n", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AttemptsAreShownWithTheirWorkers()
    {
        StageState[] stages =
        [
            TestTasks.AtWork.Stages[8] with
            {
                FormerAttempts =
                [
                    new FormerAttempt(1, "bad", TestTasks.Start, TestTasks.Now, FormerAttempt.HandedBack, "ffmpeg is not \u001b[31minstalled."),
                    new FormerAttempt(2, "worse", TestTasks.Start, TestTasks.Now, FormerAttempt.Lost, null),
                    new FormerAttempt(3, "late", TestTasks.Start, TestTasks.Now, "an end of later", null),
                ],
            },
            .. new[] { 0, 5, 6 }.Select(i => TestTasks.AtWork.Stages[i] with { CompletedBy = "good" }),
        ];

        TaskView.Show(_console, Snapshot(TestTasks.AtWork with { Stages = StageMap.Empty.WithRange(stages) }), [], TestTasks.Now, null);

        Assert.Contains(
            """

            Earlier attempts
              audio_generation:scene-002: attempt 1 on bad was handed back: ffmpeg is not �[31minstalled.
              audio_generation:scene-002: attempt 2 on worse was lost with its worker
              audio_generation:scene-002: attempt 3 on late ended (an end of later)

            Done by
              good: input_adaptation, 2 of script_generation
            """.ReplaceLineEndings("\n"),
            _console.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void StagesInATerminalOf80ColumnsLeaveOutWhenTheyWereStarted()
    {
        TaskView.Show(_console, Snapshot(TestTasks.AtWork), [], TestTasks.Now, width: 80, all: true);

        Assert.Contains("audio_generation:scene-002   running     40 %     1:09    2  Speaking sentence 2 of 5", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AVideoComesLastOfWhatIsDelivered()
    {
        var made = new[] { ArtifactNames.Video, ArtifactNames.CaptionsSrt, ArtifactNames.Manifest, "other.txt" };
        var stage = TestTasks.AtWork.Stages[4] with
        {
            ArtifactDetails = made.ToImmutableSortedDictionary(name => name, name => new Artifact(name, "f", 1, "s", "t"), StringComparer.Ordinal),
        };
        var task = TestTasks.AtWork with { Stages = TestTasks.AtWork.Stages.With(stage) };

        Assert.Equal(
            ["/tmp/a.b.srt", "/tmp/a.b.manifest.json", "/tmp/a.b.mp4"], VideoDelivery.FilesOf(task, "/tmp/a.b.mp4").Select(file => file.Target));
    }

    [Fact]
    public void FilmsInOtherLanguagesGoBesideTheirOwn()
    {
        var made = new[] { "video.mp4", "captions.srt", "video.de.mp4", "captions.de.srt", "video.pt-BR.mp4" };
        var stage = TestTasks.AtWork.Stages[4] with
        {
            ArtifactDetails = made.ToImmutableSortedDictionary(name => name, name => new Artifact(name, "f", 1, "s", "t"), StringComparer.Ordinal),
        };
        var task = TestTasks.AtWork with { Stages = TestTasks.AtWork.Stages.With(stage) };

        Assert.Equal(
            [
                ("captions.srt", "/tmp/a.srt"), ("captions.de.srt", "/tmp/a.de.srt"), ("video.de.mp4", "/tmp/a.de.mp4"),
                ("video.pt-BR.mp4", "/tmp/a.pt-BR.mp4"), ("video.mp4", "/tmp/a.mp4"),
            ],
            VideoDelivery.FilesOf(task, "/tmp/a.mp4").Select(file => (file.Artifact.Name, file.Target)));
        Assert.Equal(["/tmp/a.mp4", "/tmp/a.de.mp4", "/tmp/a.pt-BR.mp4"], VideoDelivery.VideosOf(task, "/tmp/a.mp4"));
    }

    [Fact]
    public void WorkThatAPauseThrowsAwayIsNamedWithHowFarItIs() =>
        Assert.Equal("1 stage (audio_generation:scene-002 40 %)", PauseCommand.Describe([TestTasks.AtWork.Stages[8]]));

    [Fact]
    public void ACancelledTaskSaysHowToGoOn()
    {
        var exitCode = TaskOutcome.Report(_console, TestTasks.AtWork with { Status = RunStatus.Cancelled });

        Assert.Equal(130, exitCode);
        AssertOutput("""
            1 warning; see 'videogen describe orleans-1a2b3c4d'
            Task orleans-1a2b3c4d is cancelled. The same command goes on from what is completed.
            """);
    }

    [Fact]
    public void AFailedTaskSaysWhatTriesAgainAndShowsPresentErrorsOnly()
    {
        var exitCode = TaskOutcome.Report(
            _console, TestTasks.Failed with { Errors = ["a: old", "a: new"], FormerErrors = 1, FormerWarnings = 1 }, "'videogen retry x'");

        Assert.Equal(1, exitCode);
        AssertOutput("""
            error: a: new
            Task orleans-1a2b3c4d failed. 'videogen retry x' tries again, from the stages that are not completed.
            """);
    }

    private static TaskSnapshot Snapshot(TaskState state) =>
        new(state.Version, "e41", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(state, TaskJson.Default.TaskState), 7);

    private void AssertOutput(string expected) =>
        Assert.Equal(
            expected.ReplaceLineEndings("\n"),
            string.Join('\n', _console.Output.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())));
}
