using System.Collections.Immutable;
using System.Diagnostics;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>The bounds of what a command carries (T10). Each check answers null, or what is wrong in a person's words.</summary>
/// <remarks>What depends on the state that the command meets is in <c>CommandBounds.State.cs</c>.</remarks>
internal static partial class CommandBounds
{
    /// <summary>Characters of a SHA-256 in hexadecimal digits.</summary>
    private const int MaxHash = 64;

    private const int MaxMediaType = 128;

    private const string NoJson = "is not JSON: one value, no member twice, at most 64 levels deep, and nothing after it.";

    private const string NoneControl = "none of them a control character.";

    /// <summary>
    /// What can be told of a command whatever the task is like. Null members are caught here too: a sender in another language may leave them out.
    /// </summary>
    public static string? Check(TaskCommand? command) => command switch
    {
        null => "There is no command.",
        { Origin: { } origin } when Check(origin) is { } problem => problem,
        CreateTask create => Check(create),
        AddStage add => StageName.Check(add.Stage),
        StartStage start => StageName.Check(start.Stage) ?? (start.Worker is null ? null : WorkerId.Check(start.Worker) ?? CheckLease(start.LeaseDuration)),
        ReportProgress report => Check(report),
        CompleteStage complete => StageName.Check(complete.Stage) ?? Check(complete) ?? Check(complete.Taker),
        FailStage fail => StageName.Check(fail.Stage) ?? Check(fail),
        ReleaseStage release => StageName.Check(release.Stage),
        SaveTask { State.IsMalformed: true } => $"The state of the task {NoJson}",
        SaveTask save => CheckDepth("state", save.State, Limits.MaxJsonDepth + 1),
        DeclareWorkerLost lost => CheckWorker(lost.WorkerName),
        RestartWorker restart => CheckWorker(restart.WorkerName),
        CheckDeadlines check => CheckRetention(check.Retention),
        ChangePriority change => CheckPriority(change.Priority),
        AmendTask amend => Check(amend),
        StartNow { Stage: { } stage } => StageName.Check(stage),
        SkipStage skip => StageName.Check(skip.Stage),
        RetryTask { Stages: { IsDefault: false } stages } => Check(stages),
        _ => null,
    };

    private static string? Check(ActOrigin origin) =>
        !NameText.IsPlain(origin.By, ActOrigin.MaxBy) ? $"Who asks is told in 1 to {ActOrigin.MaxBy} characters, {NoneControl}"
        : origin.From is not null && !NameText.IsPlain(origin.From, ActOrigin.MaxFrom)
            ? $"Where they ask from is told in 1 to {ActOrigin.MaxFrom} characters, {NoneControl}"
        : origin.Reason is not null && !NameText.IsPlain(origin.Reason, ActOrigin.MaxReason)
            ? $"A reason has 1 to {ActOrigin.MaxReason} characters, {NoneControl}"
        : null;

    private static string? Check(CreateTask create)
    {
        if (create.TaskId.Value is null)
        {
            return TaskId.Missing;
        }

        if (create.InputConfig.IsMalformed)
        {
            return $"The input of the task {NoJson}";
        }

        if (create.InputConfig.Value.Length > Limits.MaxInputLength)
        {
            return $"The input of the task has {create.InputConfig.Value.Length} characters; {Limits.MaxInputLength} is the most.";
        }

        if (CheckDepth("input", create.InputConfig, Limits.MaxJsonDepth) is { } tooDeep)
        {
            return tooDeep;
        }

        if (create.InputConfig.Value[0] != '{')
        {
            return "The input of the task is not a JSON object.";
        }

        if (create.Labels is null || create.Labels.Count > Limits.MaxLabels)
        {
            return $"The task has {create.Labels?.Count ?? 0} labels; {Limits.MaxLabels} is the most.";
        }

        if (CheckLabels(create.Labels) is { } noLabel)
        {
            return noLabel;
        }

        if (CheckPriority(create.Priority) is { } noPriority)
        {
            return noPriority;
        }

        if (create.FairShare?.Check() is { } wrongShare)
        {
            return wrongShare;
        }

        if (create.ArtifactFolder?.Check() is { } noFolder)
        {
            return noFolder;
        }

        if (create.TraceParent is { } parent && !ActivityContext.TryParse(parent, null, out _))
        {
            return "The trace parent is not of the form of W3C's traceparent: 00, 32 hexadecimal digits, 16, and 2 for flags, with hyphens between.";
        }

        if (CheckRetention(create.Retention) is { } noRetention)
        {
            return noRetention;
        }

        return create.Pipeline is null ? null : PipelineValidation.Check(create.Pipeline).FirstOrDefault();
    }

    private static string? Check(AmendTask amend)
    {
        var (set, removed) = (amend.Labels?.Count ?? 0, amend.RemovedLabels.IsDefault ? [] : amend.RemovedLabels);
        if (set > Limits.MaxLabels || removed.Length > Limits.MaxLabels || removed.Any(key => key is null))
        {
            return $"At most {Limits.MaxLabels} labels are set, and as many removed, in one step.";
        }

        return CheckLabels(amend.Labels ?? TaskState.NoLabels) ?? (amend.Priority is { } priority ? CheckPriority(priority) : null);
    }

    private static string? CheckLabels(ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            if (!NameText.IsPlain(key, Limits.MaxLabelKeyLength) || value is null || value.Length > Limits.MaxLabelValueLength || NameText.HasControl(value))
            {
                return $"The label '{NameText.Printable(key)}' needs a key of 1 to {Limits.MaxLabelKeyLength} and a value of at most "
                    + $"{Limits.MaxLabelValueLength} characters, {NoneControl}";
            }
        }

        return null;
    }

    private static string? Check(ReportProgress report)
    {
        if (report.Unit is not null && (!NameText.IsPlain(report.Unit, StageName.MaxLength) || report.UnitCount is < 1 or > Limits.MaxUnits))
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

        if (complete.ReusedFrom is { } reused && !TaskId.TryParse(reused, out _, out var noTask))
        {
            return noTask;
        }

        if (complete.Artifacts.Length + complete.ArtifactAddresses.Count > Limits.MaxArtifacts)
        {
            return $"A stage has at most {Limits.MaxArtifacts} artifacts.";
        }

        var named = complete.Artifacts.Select(artifact => KeyValuePair.Create(artifact?.Name ?? "", artifact?.Uri!));
        foreach (var (name, address) in complete.ArtifactAddresses.Concat(named))
        {
            if (CheckArtifact(name, address) is { } problem)
            {
                return problem;
            }
        }

        foreach (var artifact in complete.Artifacts)
        {
            if (NameText.LeavesItsFolder(artifact.Name) || NameText.LeavesItsFolder(artifact.Uri))
            {
                return $"The artifact '{NameText.Printable(artifact.Name)}' is not in the artifact store: its name and address lead down from the root "
                    + "of the store, without '..' and '\\'.";
            }

            if (artifact.Length < 0 || !IsShortText(artifact.Sha256, MaxHash) || !IsShortText(artifact.MediaType, MaxMediaType))
            {
                return $"An artifact has a length of at least 0, a SHA-256 of at most {MaxHash} and a media type of at most {MaxMediaType} characters.";
            }
        }

        if (complete.TaskResult?.IsMalformed == true)
        {
            return $"The result of the task {NoJson}";
        }

        if (complete.TaskResult is { } result && CheckDepth("result", result, Limits.MaxJsonDepth) is { } tooDeep)
        {
            return tooDeep;
        }

        if (complete.TaskResult?.Value.Length > Limits.MaxJsonLength)
        {
            return $"The result of the task has {complete.TaskResult.Value.Value.Length} characters; {Limits.MaxJsonLength} is the most.";
        }

        return complete.Warnings.Length > Limits.MaxMessages || complete.Warnings.Any(warning => warning is null)
            ? $"A stage ends with at most {Limits.MaxMessages} warnings, each of them a text."
            : null;
    }

    private static string? Check(StageTaker? taker)
    {
        if (taker is null)
        {
            return null;
        }

        return taker.Profile is null ? "Who takes the next stage has a profile." : taker.Profile.Check() ?? CheckLease(taker.LeaseDuration);
    }

    private static string? Check(ImmutableArray<StageName> stages) => stages.Length > Limits.MaxStages
        ? $"{stages.Length} stages are named; {Limits.MaxStages} is the most."
        : stages.Select(StageName.Check).FirstOrDefault(problem => problem is not null);

    private static string? Check(FailStage fail)
    {
        if (fail.Error is null)
        {
            return "A failure needs an error for people to read.";
        }

        if (fail.RetryAfter is { } wait && (wait < TimeSpan.Zero || wait > Limits.MaxRetryAfter))
        {
            return $"An attempt asks to come again after at most {Limits.MaxRetryAfter.TotalHours:0} h, not after {wait}.";
        }

        if (fail.RestingLimit is not null && LimitName.Check(fail.RestingLimit) is { } problem)
        {
            return problem;
        }

        return fail.Code is null || IsShortText(fail.Code, Limits.MaxErrorCode)
            ? null
            : $"The code of an error has at most {Limits.MaxErrorCode} characters, {NoneControl}";
    }

    /// <summary>The name and address of a file, as people see them.</summary>
    private static string? CheckArtifact(string name, string? address) =>
        NameText.IsPlain(name, Limits.MaxArtifactText) && IsShortText(address, Limits.MaxArtifactText)
            ? null
            : $"The artifact '{NameText.Printable(name)}' needs a name of 1 to {Limits.MaxArtifactText} characters and an address of at most as many, "
                + NoneControl;

    /// <summary>A document that nests deeper could be written, and never be read again.</summary>
    private static string? CheckDepth(string what, JsonText json, int most) =>
        json.Depth() is var depth && depth > most
            ? $"The {what} of the task has {depth} levels of objects and arrays within each other; {most} is the most."
            : null;

    private static bool IsShortText(string? text, int maxLength) => text is not null && text.Length <= maxLength && !NameText.HasControl(text);

    private static string? CheckRetention(TimeSpan? retention) => retention < TimeSpan.Zero || retention > Limits.MaxDuration
        ? $"A finished task is kept for at most {Limits.MaxDuration.TotalDays:0} days."
        : null;

    private static string? CheckPriority(int priority) => Math.Abs((long)priority) > Limits.MaxPriority
        ? $"The priority is {priority}; it is from -{Limits.MaxPriority} to {Limits.MaxPriority}."
        : null;

    private static string? CheckWorker(string? name) =>
        NameText.IsPlain(name, Limits.MaxWorkerName) ? null : $"A worker has a name of 1 to {Limits.MaxWorkerName} characters, {NoneControl}";

    private static string? CheckLease(TimeSpan duration) =>
        duration < Limits.MinLease || duration > Limits.MaxLease
            ? $"A lease lasts from {Limits.MinLease.TotalSeconds:0} s to {Limits.MaxLease.TotalHours:0} h."
            : null;
}
