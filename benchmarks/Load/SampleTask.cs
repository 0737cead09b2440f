using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Load;

/// <summary>
/// A video in the making, as the pipeline makes it: seven stages, three of them completed with artifacts, three at work under leases, one that waits.
/// Callers report the progress of the scenes that they work on, each report with a message.
/// </summary>
internal static class SampleTask
{
    /// <summary>Scenes of one stage, so that a task that many callers report on has as many units as a real one.</summary>
    public const int Scenes = 22;

    /// <summary>The longest that there is, so that no lease runs out under load.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    private static readonly WorkerId Worker = new("render-7", new Guid("0197b1f2-c0de-7000-8000-000000000007"));

    private static readonly string[] Completed = ["input_adaptation", "content_parsing", "script_generation"];

    private static readonly string[] AtWork = ["audio_generation", "video_generation", "captions"];

    private static readonly JsonText Input = JsonText.Parse(
        """
        {"source": "file:///data/inbox/quarterly-report.md", "title": "The quarterly report", "language": "en", "voice": "slt", "accent": "#2f6fdf",
         "size": "1920x1080", "frames_per_second": 30, "loudness": -16, "captions": true, "chapters": true, "requested_by": "reports@example.org"}
        """);

    /// <summary>The commands that bring a new task to where the load begins.</summary>
    /// <param name="id">Of the task.</param>
    /// <param name="stages">Stages in all; those past seven are scenes that wait.</param>
    public static IEnumerable<TaskCommand> SetUp(TaskId id, int stages = 7)
    {
        var token = 0L;
        yield return new CreateTask(id, Input, Pipeline(stages)) { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "reports") };
        foreach (var stage in Completed)
        {
            yield return Start(stage);
            yield return new CompleteStage(stage, ++token)
            {
                Artifacts =
                [
                    new Artifact(
                        $"{stage}.json",
                        $"file:///data/artifacts/{id}/{stage}.json",
                        48_213,
                        Convert.ToHexStringLower(new byte[32]),
                        "application/json"),
                ],
            };
        }

        foreach (var stage in AtWork)
        {
            yield return Start(stage);
        }

        for (var caller = 0; caller < AtWork.Length; caller++)
        {
            yield return Report(caller, 0);
        }
    }

    /// <summary>The state after <see cref="SetUp"/>, for peers that are handed a finished state.</summary>
    public static TaskState Prepared(TaskId id, DateTimeOffset now) =>
        SetUp(id).Aggregate((TaskState?)null, (state, command) => Apply(state, command, now))!;

    /// <summary>The rules alone, as every peer that is written in C# applies them.</summary>
    public static TaskState? Apply(TaskState? state, TaskCommand command, DateTimeOffset now)
    {
        var highestToken = state?.Stages.Sum(stage => stage.Attempt) ?? 0;
        var id = (command as CreateTask)?.TaskId ?? state!.TaskId;
        return TaskTransitions.Decide(state, command, new DecisionContext(now, highestToken, id.Value)) switch
        {
            TaskDecision.Changed changed => changed.Next! with { Version = (state?.Version ?? 0) + 1 },
            TaskDecision.Unchanged => state,
            TaskDecision.Refused refused => throw new InvalidOperationException(refused.Why),
            _ => throw new InvalidOperationException("Not a decision."),
        };
    }

    /// <summary>The stage that the caller works on.</summary>
    public static string StageOf(int caller) => AtWork[caller % AtWork.Length];

    /// <summary>The scene that the caller works on.</summary>
    public static string SceneOf(int caller) => $"scene-{caller / AtWork.Length % Scenes:00}";

    /// <summary>Nearer to 1 with each report, and never there.</summary>
    public static double FractionOf(long number) => (double)number / (number + 1_000);

    public static string MessageOf(int caller, long number) => $"{SceneOf(caller)}: frame {number} is drawn";

    public static ReportProgress Report(int caller, long number) =>
        new(StageOf(caller), Completed.Length + (caller % AtWork.Length) + 1, FractionOf(number), MessageOf(caller, number))
        {
            Sequence = number,
            Unit = SceneOf(caller),
            UnitCount = Scenes,
            Durable = true,
        };

    /// <summary>Where the stages at work are reported on over HTTP, and under which lease.</summary>
    public static IEnumerable<(string Path, string Lease)> Leases(TaskId id) =>
        AtWork.Select((stage, i) => ($"/api/work/{id}/{stage}/report", $"{Completed.Length + i + 1}.{Worker.Incarnation:N}"));

    private static StartStage Start(string stage) => new(stage, Worker, Lease);

    private static PipelineDefinition Pipeline(int stages) => new()
    {
        Name = "document-video",
        Stages =
        [
            .. Completed.Concat(AtWork).Select(name => new StageDefinition { Name = name, RunTimeout = TimeSpan.FromHours(1) }),
            new StageDefinition { Name = "output_handling", DependsOn = [.. AtWork], RunTimeout = TimeSpan.FromHours(1) },
            .. Enumerable.Range(7, stages - 7).Select(i =>
                new StageDefinition { Name = $"post_processing:scene-{i:0000}", DependsOn = [AtWork[1]], RunTimeout = TimeSpan.FromHours(1) }),
        ],
    };
}
