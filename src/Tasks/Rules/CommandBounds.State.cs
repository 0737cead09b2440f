using System.Collections.Immutable;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

internal static partial class CommandBounds
{
    /// <summary>What a completion adds to the task that it meets.</summary>
    public static string? Check(TaskState state, CompleteStage complete)
    {
        if (complete.FanOut.IsDefaultOrEmpty)
        {
            return null;
        }

        return state.Pipeline is null
            ? "Only a stage of a pipeline can add stages."
            : PipelineValidation.CheckFanOut(state, complete.Stage, complete.FanOut);
    }

    /// <summary>A state that a caller saves.</summary>
    public static string? Check(TaskState saved)
    {
        if (saved.Stages is null || saved.Errors.IsDefault || saved.Warnings.IsDefault || saved.Metadata is null)
        {
            return "The stages, errors, warnings or metadata of the task are missing; send empty ones.";
        }

        if (saved.Stages.Count > Limits.MaxStages)
        {
            return $"The task has {saved.Stages.Count} stages; {Limits.MaxStages} is the most.";
        }

        if (saved.InputConfig.Value.Length > Limits.MaxInputLength || saved.Result?.Value.Length > Limits.MaxJsonLength)
        {
            return $"The input has at most {Limits.MaxInputLength} characters, the result at most {Limits.MaxJsonLength}.";
        }

        if (saved.CurrentStage is not null && !IsShortText(saved.CurrentStage, StageName.MaxLength))
        {
            return $"The name of the current stage has at most {StageName.MaxLength} characters, {NoneControl}";
        }

        if (!Enum.IsDefined(saved.Status))
        {
            return $"{(int)saved.Status} is not a status of a task.";
        }

        return CheckMessages(saved.Errors) ?? CheckMessages(saved.Warnings) ?? CheckMetadata(saved.Metadata)
            ?? saved.Stages.Select(Check).FirstOrDefault(problem => problem is not null);
    }

    private static string? Check(StageState stage)
    {
        if (StageName.Check(stage.Name) is { } problem)
        {
            return problem;
        }

        if (!Enum.IsDefined(stage.Status) || stage.Artifacts is null || stage.Metadata is null)
        {
            return $"Stage {stage.Name} has no known status, or its artifacts or metadata are missing; send empty ones.";
        }

        if (stage.Artifacts.Count > Limits.MaxArtifacts)
        {
            return $"Stage {stage.Name} has more than {Limits.MaxArtifacts} artifacts.";
        }

        if (stage.Artifacts.Select(artifact => CheckArtifact(artifact.Key, artifact.Value)).FirstOrDefault(wrong => wrong is not null) is { } artifactProblem)
        {
            return artifactProblem;
        }

        return stage.Error?.Length > Limits.MaxMessageLength
            ? $"The error of stage {stage.Name} has more than {Limits.MaxMessageLength} characters."
            : CheckMetadata(stage.Metadata);
    }

    private static string? CheckMessages(ImmutableArray<string> messages) =>
        messages.Length > Limits.MaxMessages || messages.Any(message => message is null || message.Length > Limits.MaxMessageLength)
            ? $"The task has at most {Limits.MaxMessages} errors and as many warnings, each a text of at most {Limits.MaxMessageLength} characters."
            : null;

    private static string? CheckMetadata(ImmutableSortedDictionary<string, JsonText> metadata) =>
        metadata.Count > Limits.MaxMetadata
            || metadata.Any(entry => entry.Key.Length > Limits.MaxMetadataKey || entry.Value.Value.Length > Limits.MaxJsonLength)
            ? $"Metadata has at most {Limits.MaxMetadata} entries, with keys of at most {Limits.MaxMetadataKey} and values of at most {Limits.MaxJsonLength} "
                + "characters."
            : null;
}
