using System.Collections.Immutable;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queues;

/// <summary>A hint that a stage could be started. Only the task itself decides: the worker that takes the offer asks it for the lease (T7).</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">The full name.</param>
/// <param name="Attempt">The attempt that would begin.</param>
/// <param name="Priority">Of the task; higher goes first.</param>
/// <param name="TaskCreatedAt">Among equal priorities the older task goes first.</param>
/// <param name="Needs">Capabilities that the worker must have.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageOffer")]
public sealed record StageOffer(
    [property: Id(0)] TaskId Task,
    [property: Id(1)] StageName Stage,
    [property: Id(2)] int Attempt,
    [property: Id(3)] int Priority,
    [property: Id(4)] DateTimeOffset TaskCreatedAt,
    [property: Id(5)] ImmutableArray<string> Needs)
{
    /// <summary>For whom the task is done; null for nobody in particular.</summary>
    [Id(6)] public FairShare? FairShare { get; init; }

    /// <summary>The limits that the attempt counts against; null for none.</summary>
    [Id(7)] public ImmutableArray<StageLimit>? Limits { get; init; }

    /// <summary>Capabilities that one stage may need.</summary>
    public const int MaxNeeds = 16;

    /// <summary>Characters of the name of a capability.</summary>
    public const int MaxNeedLength = 64;

    /// <summary>Null when the offer is well formed, else what is wrong with it. Any client of the cluster can send one.</summary>
    public string? Check()
    {
        if (Task.Value is null)
        {
            return TaskId.Missing;
        }

        if (StageName.Check(Stage) is { } problem)
        {
            return problem;
        }

        if (FairShare?.Check() is { } wrongShare)
        {
            return wrongShare;
        }

        if (StageLimit.Check(Stage, Limits) is { } wrongLimits)
        {
            return wrongLimits;
        }

        return Needs.IsDefault || Needs.Length > MaxNeeds || Needs.Any(need => !NameText.IsPlain(need, MaxNeedLength))
            ? $"Stage {Stage} needs at most {MaxNeeds} capabilities of 1 to {MaxNeedLength} characters; send an empty list for none."
            : null;
    }
}

/// <summary>What a worker can do.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Kinds">The kinds of stages that it has code for.</param>
/// <param name="Capabilities">What else it has, such as <c>gpu</c>.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerProfile")]
public sealed record WorkerProfile(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] ImmutableArray<string> Kinds,
    [property: Id(2)] ImmutableArray<string> Capabilities)
{
    /// <summary>Kinds, and capabilities, of one worker.</summary>
    public const int MaxEntries = 256;

    /// <summary>Never throws: one offer or profile that is malformed must not keep a queue from serving the others.</summary>
    public bool CanDo(StageOffer offer) =>
        offer?.Stage is { Value: not null } stage
        && !Kinds.IsDefault && Kinds.Contains(stage.Kind)
        && !offer.Needs.IsDefault && (offer.Needs.IsEmpty || (!Capabilities.IsDefault && offer.Needs.All(need => Capabilities.Contains(need))));

    /// <summary>Null when the profile is well formed, else what is wrong with it.</summary>
    public string? Check()
    {
        if (WorkerId.Check(Worker) is { } unknown)
        {
            return unknown;
        }

        if (Kinds.IsDefault || Kinds.Length > MaxEntries || !Kinds.All(kind => StageName.TryParse(kind, out _, out _)))
        {
            return $"Worker {Worker!.Name} has at most {MaxEntries} kinds of stages, each with a name of A-Z a-z 0-9 _ - .";
        }

        return Capabilities.IsDefault || Capabilities.Length > MaxEntries || Capabilities.Any(name => !NameText.IsPlain(name, StageOffer.MaxNeedLength))
            ? $"Worker {Worker!.Name} has at most {MaxEntries} capabilities of 1 to {StageOffer.MaxNeedLength} characters; send an empty list for none."
            : null;
    }
}
