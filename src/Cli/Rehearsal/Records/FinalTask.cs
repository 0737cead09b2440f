using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>A task as it stands in the store when every silo is gone.</summary>
internal sealed record FinalTask(string Task, long Version, RunStatus Status, string Marks, ImmutableArray<FinalStage> Stages)
{
    /// <summary>Why it failed, or what it waits for.</summary>
    public string? Error { get; init; }

    public static FinalTask Of(TaskState state) => new(
        state.TaskId.Value,
        state.Version,
        state.Status,
        MarkText.Of(state),
        [.. state.Stages.Select(FinalStage.Of)])
    {
        Error = state.Errors.IsEmpty ? null : string.Join(' ', state.Errors),
    };
}

/// <param name="Name">Its full name.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Message">What it said last.</param>
/// <param name="Artifacts">Where they are.</param>
internal sealed record FinalStage(string Name, RunStatus Status, double Progress, string? Message, ImmutableArray<string> Artifacts)
{
    public static FinalStage Of(StageState stage) => new(
        stage.Name.Value, stage.Status, stage.Progress, stage.Message, [.. stage.ArtifactDetails?.Values.Select(artifact => artifact.Uri) ?? []]);
}
