using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Grains.Pipelines;

namespace VideoGen.Grains.Tasks;

/// <summary>The bounds of what a command carries (T10). Each check answers null, or what is wrong in a person's words.</summary>
internal static class CommandBounds
{
    public static string? Check(CreateTask create)
    {
        if (create.TaskId.Value is null)
        {
            return "The task has no id.";
        }

        if (create.InputConfig.Value.Length > Limits.MaxInputLength)
        {
            return $"The input of the task has {create.InputConfig.Value.Length} characters; {Limits.MaxInputLength} is the most.";
        }

        if (create.InputConfig.Value[0] != '{')
        {
            return "The input of the task is not a JSON object.";
        }

        if (create.Labels.Count > Limits.MaxLabels)
        {
            return $"The task has {create.Labels.Count} labels; {Limits.MaxLabels} is the most.";
        }

        foreach (var (key, value) in create.Labels)
        {
            if (key.Length is 0 or > Limits.MaxLabelKeyLength || value.Length > Limits.MaxLabelValueLength)
            {
                return $"The label '{StageName.Printable(key)}' needs a key of 1 to {Limits.MaxLabelKeyLength} and a value of at most {Limits.MaxLabelValueLength} characters.";
            }
        }

        return create.Pipeline is null ? null : PipelineValidation.Check(create.Pipeline).FirstOrDefault();
    }

    public static string? Check(ReportProgress report)
    {
        if (report.Unit is null)
        {
            return null;
        }

        return report.Unit.Length is 0 or > StageName.MaxLength || report.UnitCount is < 1 or > Limits.MaxUnits
            ? $"A unit has a name of 1 to {StageName.MaxLength} characters, and there are 1 to {Limits.MaxUnits} units."
            : null;
    }

    public static string? Check(TaskState state, CompleteStage complete)
    {
        if (complete.Artifacts.Length + complete.ArtifactAddresses.Count > Limits.MaxArtifacts)
        {
            return $"A stage has at most {Limits.MaxArtifacts} artifacts.";
        }

        foreach (var (name, address) in complete.ArtifactAddresses.Concat(complete.Artifacts.Select(artifact => KeyValuePair.Create(artifact.Name, artifact.Uri))))
        {
            if (name.Length is 0 or > Limits.MaxArtifactText || address.Length > Limits.MaxArtifactText)
            {
                return $"The artifact '{StageName.Printable(name)}' needs a name of 1 to {Limits.MaxArtifactText} characters and an address of at most as many.";
            }
        }

        if (complete.TaskResult?.Value.Length > Limits.MaxJsonLength)
        {
            return $"The result of the task has {complete.TaskResult.Value.Value.Length} characters; {Limits.MaxJsonLength} is the most.";
        }

        if (complete.FanOut.IsEmpty)
        {
            return null;
        }

        return state.Pipeline is null
            ? "Only a stage of a pipeline can add stages."
            : PipelineValidation.CheckFanOut(state, complete.Stage, complete.FanOut);
    }

    public static string? Check(TaskState saved)
    {
        if (saved.Stages.Count > Limits.MaxStages)
        {
            return $"The task has {saved.Stages.Count} stages; {Limits.MaxStages} is the most.";
        }

        if (saved.InputConfig.Value.Length > Limits.MaxInputLength || saved.Result?.Value.Length > Limits.MaxJsonLength)
        {
            return $"The input has at most {Limits.MaxInputLength} characters, the result at most {Limits.MaxJsonLength}.";
        }

        if (saved.Errors.Length > Limits.MaxMessages || saved.Warnings.Length > Limits.MaxMessages)
        {
            return $"The task has at most {Limits.MaxMessages} errors and as many warnings.";
        }

        return CheckMetadata(saved.Metadata) ?? saved.Stages.Select(Check).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>What is longer than a message may be is cut, and ends in an ellipsis.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= Limits.MaxMessageLength)
        {
            return text;
        }

        var end = Limits.MaxMessageLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    private static string? Check(StageState stage)
    {
        if (StageName.Check(stage.Name) is { } problem)
        {
            return problem;
        }

        return stage.Artifacts.Count > Limits.MaxArtifacts ? $"Stage {stage.Name} has more than {Limits.MaxArtifacts} artifacts." : CheckMetadata(stage.Metadata);
    }

    private static string? CheckMetadata(ImmutableSortedDictionary<string, JsonText> metadata) =>
        metadata.Count > Limits.MaxMetadata || metadata.Values.Any(value => value.Value.Length > Limits.MaxJsonLength)
            ? $"Metadata has at most {Limits.MaxMetadata} entries of at most {Limits.MaxJsonLength} characters."
            : null;
}
