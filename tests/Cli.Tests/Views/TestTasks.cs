using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Tests.Views;

/// <summary>A task in the middle of its work, the same in every test.</summary>
internal static class TestTasks
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Now = Start.AddSeconds(75);

    public static TaskState AtWork { get; } = new()
    {
        TaskId = TaskId.Parse("orleans-1a2b3c4d"),
        Status = RunStatus.Running,
        CurrentStage = "audio_generation:scene-002",
        OverallProgress = 0.583,
        CreatedAt = Start,
        StartedAt = Start.AddSeconds(1),
        Version = 41,
        Pipeline = new PipelineReference("document-video", 1),
        Labels = TaskState.NoLabels.Add("team", "docs"),
        Warnings = ["Scene 3: the picture 'gone.png' is missing."],
        Stages = StageMap.Empty.WithRange(
        [
            Stage("input_adaptation", RunStatus.Completed, 1, 1, 2, "Adapting input source"),
            Stage("content_parsing", RunStatus.Completed, 1, 2, 4, "Parsing scene 2/2"),
            Stage("script_generation", RunStatus.Completed, 1, 4, 6) with { Attempt = 0, Plan = new StagePlan { IsGroup = true } },
            Stage("audio_generation", RunStatus.Running, 0.7, 5) with { Attempt = 0, Plan = new StagePlan { IsGroup = true } },
            Stage("output_handling", RunStatus.Pending, 0) with { Attempt = 0 },
            Stage("script_generation:scene-001", RunStatus.Completed, 1, 4, 5, "Written"),
            Stage("script_generation:scene-002", RunStatus.Completed, 1, 4, 6, "Written"),
            Stage("audio_generation:scene-001", RunStatus.Completed, 1, 5, 9, "Spoken"),
            Stage("audio_generation:scene-002", RunStatus.Running, 0.4, 6, message: "Speaking sentence 2 of 5") with { Attempt = 2 },
        ]),
    };

    public static TaskState Failed { get; } = AtWork with
    {
        Status = RunStatus.Failed,
        CompletedAt = Now,
        Errors = ["audio_generation:scene-002: The voice is \u001b[31mlost\u001b[0m. (attempt 2)"],
        Stages = AtWork.Stages.With(
            AtWork.Stages[8] with { Status = RunStatus.Failed, Progress = 0, CompletedAt = Now, Error = "The voice is \u001b[31mlost\u001b[0m." }),
    };

    private static StageState Stage(string name, RunStatus status, double progress, int? started = null, int? completed = null, string? message = null) => new()
    {
        Name = name,
        Status = status,
        Progress = progress,
        StartedAt = started is { } from ? Start.AddSeconds(from) : null,
        CompletedAt = completed is { } to ? Start.AddSeconds(to) : null,
        Attempt = 1,
        Metadata = message is null ? StageState.EmptyMetadata : StageState.EmptyMetadata.Add("message", JsonText.FromString(message)),
    };
}
