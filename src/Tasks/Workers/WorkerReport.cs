using System.Collections.Immutable;
using VideoGen.Tasks.Queues;

namespace VideoGen.Tasks.Workers;

/// <summary>What a worker says of itself. Times are lengths, since its clock need not be that of the cluster.</summary>
/// <param name="Profile">Who it is, and what it can do.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Slots">Stages that it does at the same time.</param>
/// <param name="Queues">Where it takes them from.</param>
/// <param name="Stages">What it does now.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerReport")]
public sealed record WorkerReport(
    [property: Id(0)] WorkerProfile Profile,
    [property: Id(1)] string Version,
    [property: Id(2)] int Slots,
    [property: Id(3)] ImmutableArray<string> Queues,
    [property: Id(4)] ImmutableArray<WorkerStage> Stages)
{
    /// <summary>Stages at the same time, queues, problems and ended stages of one report.</summary>
    public const int MaxEntries = 256;

    /// <summary>Characters of the version of a program.</summary>
    public const int MaxVersionLength = 128;

    /// <summary>Characters of a problem; what is longer is refused.</summary>
    public const int MaxProblemLength = 1_000;

    /// <summary>How long it is up.</summary>
    [Id(5)] public TimeSpan Up { get; init; }

    /// <summary>It takes nothing more.</summary>
    [Id(6)] public bool IsDraining { get; init; }

    /// <summary>What keeps it from doing some of its work, in sentences for a person.</summary>
    [Id(7)] public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>How long no queue has answered it although it waits for offers; null when it does not wait, or was answered as it should.</summary>
    [Id(8)] public TimeSpan? Unanswered { get; init; }

    /// <summary>Stages that it completed since its last report that was answered.</summary>
    [Id(9)] public ImmutableArray<EndedStage> Ended { get; init; } = [];

    /// <summary>Kinds of stages that it has the code for and does not take, with what they lack; null from a worker that does not say.</summary>
    [Id(10)] public ImmutableArray<KindLack>? Lacks { get; init; }

    /// <summary>Null when the report is well formed, else what is wrong with it. Any client of the cluster can send one.</summary>
    public string? Check()
    {
        if (Profile is null)
        {
            return "A report needs the profile of its worker.";
        }

        if (Profile.Check() is { } problem)
        {
            return problem;
        }

        var name = Profile.Worker.Name;
        if (Version is null || Version.Length > MaxVersionLength || Slots is < 0 or > MaxEntries)
        {
            return $"Worker {name} has a version of at most {MaxVersionLength} characters, and 0 to {MaxEntries} slots.";
        }

        if (Queues.IsDefault || Queues.Length > MaxEntries || Queues.Any(queue => QueueName.Check(queue) is not null))
        {
            return $"Worker {name} has at most {MaxEntries} queues, each with a name of A-Z a-z 0-9 _ - .";
        }

        if (Stages.IsDefault || Stages.Length > MaxEntries || Stages.Any(stage => stage?.Task.Value is null || StageName.Check(stage.Stage) is not null))
        {
            return $"Worker {name} does at most {MaxEntries} stages, each with its task and its name.";
        }

        if (Lacks is { } lacks
            && (lacks.IsDefault || lacks.Length > MaxEntries || lacks.Any(lack => lack is null || !lack.IsSound)))
        {
            return $"Worker {name} leaves out at most {MaxEntries} kinds, each with a reason of at most {MaxProblemLength} characters.";
        }

        return Problems.IsDefault || Problems.Length > MaxEntries || Problems.Any(text => text is null || text.Length > MaxProblemLength)
            || Ended.IsDefault || Ended.Length > MaxEntries || Ended.Any(ended => ended is null || !StageName.TryParse(ended.Kind, out _, out _))
            ? $"Worker {name} reports at most {MaxEntries} problems of at most {MaxProblemLength} characters, and {MaxEntries} stages that ended."
            : null;
    }
}

/// <summary>A stage that a worker does.</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">The full name.</param>
/// <param name="For">How long already.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerStage")]
public sealed record WorkerStage([property: Id(0)] TaskId Task, [property: Id(1)] StageName Stage, [property: Id(2)] TimeSpan For);

/// <summary>A stage that a worker completed.</summary>
/// <param name="Kind">The first part of its name.</param>
/// <param name="Took">From the lease to the end.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.EndedStage")]
public sealed record EndedStage([property: Id(0)] string Kind, [property: Id(1)] TimeSpan Took);

/// <summary>Why a worker takes no stages of a kind that it has the code for.</summary>
/// <param name="Kind">The first part of their names.</param>
/// <param name="Reason">What is missing, for a person.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.KindLack")]
public sealed record KindLack([property: Id(0)] string Kind, [property: Id(1)] string Reason)
{
    internal bool IsSound => StageName.TryParse(Kind, out _, out _) && Reason is { Length: <= WorkerReport.MaxProblemLength };
}
