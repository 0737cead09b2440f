using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queries;

/// <summary>What lists show of a task. It is stored in the same transaction as the task itself, so it never lags behind.</summary>
#pragma warning disable ORLEANS0004 // What has no number is not sent.
[GenerateSerializer, Immutable, Alias("VideoGen.TaskSummary")]
public sealed record TaskSummary
#pragma warning restore ORLEANS0004
{
    [Id(0)] public required TaskId TaskId { get; init; }

    [Id(1)] public required RunStatus Status { get; init; }

    /// <summary>Null for a task without a pipeline.</summary>
    [Id(2)] public string? Pipeline { get; init; }

    [Id(3)] public ImmutableSortedDictionary<string, string> Labels { get; init => field = value ?? TaskState.NoLabels; } = TaskState.NoLabels;

    /// <summary>0 to 1.</summary>
    [Id(4)] public double Progress { get; init; }

    [Id(5)] public string? CurrentStage { get; init; }

    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }

    [Id(7)] public DateTimeOffset? StartedAt { get; init; }

    [Id(8)] public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When the task was last written.</summary>
    [Id(9)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Stages that a worker holds a lease on.</summary>
    [Id(10)] public int Workers { get; init; }

    [Id(11)] public required long Version { get; init; }

    /// <summary>True for a deleted task, whose record is kept for a while so that nothing of its past can come back. Lists and counts leave it out.</summary>
    [Id(12)] public bool Deleted { get; init; }

    /// <summary>True while the cluster owes the task work: it has a pipeline and is pending or running.</summary>
    [Id(13)] public bool Owed { get; init; }

    /// <summary>Null where a program wrote the summary that did not know it.</summary>
    [Id(14)] public int? Priority { get; init; }

    /// <summary>What <see cref="ErrorText"/> makes of the errors; null for none. It stays with the store: whoever asks for a list is told no errors.</summary>
    public string? Errors { get; init; }
}
