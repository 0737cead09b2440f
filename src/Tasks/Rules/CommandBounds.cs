using System.Collections.Immutable;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Tasks.Rules;

/// <summary>The bounds of what a command carries (T10). Each check answers null, or what is wrong in a person's words.</summary>
/// <remarks>What depends on the state that the command meets is in <c>CommandBounds.State.cs</c>.</remarks>
internal static partial class CommandBounds
{
    /// <summary>What can be told of a command whatever the task is like. Null members are caught here too: a sender in another language may leave them out.</summary>
    public static string? Check(TaskCommand command) => command switch
    {
        CreateTask create => Check(create),
        AddStage add => StageName.Check(add.Stage),
        StartStage start => StageName.Check(start.Stage) ?? (start.Worker is null ? null : CheckWorker(start.Worker.Name) ?? CheckLease(start.LeaseDuration)),
        ReportProgress report => Check(report),
        CompleteStage complete => StageName.Check(complete.Stage) ?? Check(complete),
        FailStage fail => StageName.Check(fail.Stage) ?? Check(fail),
        ReleaseStage release => StageName.Check(release.Stage),
        DeclareWorkerLost lost => CheckWorker(lost.WorkerName),
        RestartWorker restart => CheckWorker(restart.WorkerName),
        _ => null,
    };

    private static string? Check(CreateTask create)
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

        if (create.Labels is null || create.Labels.Count > Limits.MaxLabels)
        {
            return $"The task has {create.Labels?.Count ?? 0} labels; {Limits.MaxLabels} is the most.";
        }

        foreach (var (key, value) in create.Labels)
        {
            if (key.Length is 0 or > Limits.MaxLabelKeyLength || value is null || value.Length > Limits.MaxLabelValueLength)
            {
                return $"The label '{StageName.Printable(key)}' needs a key of 1 to {Limits.MaxLabelKeyLength} and a value of at most {Limits.MaxLabelValueLength} characters.";
            }
        }

        if (Math.Abs((long)create.Priority) > Limits.MaxPriority)
        {
            return $"The priority is {create.Priority}; it is from -{Limits.MaxPriority} to {Limits.MaxPriority}.";
        }

        if (create.Retention is { } retention && (retention < TimeSpan.Zero || retention > Limits.MaxDuration))
        {
            return $"A finished task is kept for at most {Limits.MaxDuration.TotalDays:0} days.";
        }

        return create.Pipeline is null ? null : PipelineValidation.Check(create.Pipeline).FirstOrDefault();
    }

    private static string? Check(ReportProgress report)
    {
        if (report.Unit is not null && (report.Unit.Length is 0 or > StageName.MaxLength || report.UnitCount is < 1 or > Limits.MaxUnits))
        {
            return $"A unit has a name of 1 to {StageName.MaxLength} characters, and there are 1 to {Limits.MaxUnits} units.";
        }

        return StageName.Check(report.Stage) ?? (report.ExtendLease is { } duration ? CheckLease(duration) : null);
    }

    private static string? Check(CompleteStage complete)
    {
        if (complete.Artifacts.IsDefault || complete.FanOut.IsDefault || complete.Warnings.IsDefault || complete.ArtifactAddresses is null)
        {
            return "The artifacts, the added stages or the warnings are missing; send empty lists.";
        }

        if (complete.Artifacts.Length + complete.ArtifactAddresses.Count > Limits.MaxArtifacts)
        {
            return $"A stage has at most {Limits.MaxArtifacts} artifacts.";
        }

        foreach (var (name, address) in complete.ArtifactAddresses.Concat(complete.Artifacts.Select(artifact => KeyValuePair.Create(artifact?.Name ?? "", artifact?.Uri ?? ""))))
        {
            if (name.Length is 0 or > Limits.MaxArtifactText || address is null || address.Length > Limits.MaxArtifactText)
            {
                return $"The artifact '{StageName.Printable(name)}' needs a name of 1 to {Limits.MaxArtifactText} characters and an address of at most as many.";
            }
        }

        if (complete.Artifacts.Any(artifact => artifact.Length < 0 || artifact.Sha256 is not { Length: <= 64 } || artifact.MediaType is not { Length: <= 128 }))
        {
            return "An artifact has a length of at least 0, a SHA-256 of at most 64 and a media type of at most 128 characters.";
        }

        if (complete.TaskResult?.Value.Length > Limits.MaxJsonLength)
        {
            return $"The result of the task has {complete.TaskResult.Value.Value.Length} characters; {Limits.MaxJsonLength} is the most.";
        }

        return complete.Warnings.Length > Limits.MaxMessages || complete.Warnings.Any(warning => warning is null)
            ? $"A stage ends with at most {Limits.MaxMessages} warnings, each of them a text."
            : null;
    }

    private static string? Check(FailStage fail) =>
        fail.Error is null ? "A failure needs an error for people to read." : fail.Code?.Length > Limits.MaxErrorCode ? $"The code of an error has at most {Limits.MaxErrorCode} characters." : null;

    private static string? CheckWorker(string? name) =>
        name is { Length: >= 1 and <= Limits.MaxWorkerName } ? null : $"A worker has a name of 1 to {Limits.MaxWorkerName} characters.";

    private static string? CheckLease(TimeSpan duration) =>
        duration < Limits.MinLease || duration > Limits.MaxLease ? $"A lease lasts from {Limits.MinLease.TotalSeconds:0} s to {Limits.MaxLease.TotalHours:0} h." : null;
}
