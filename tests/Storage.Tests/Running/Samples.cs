using System.Collections.Immutable;
using Orleans.Runtime;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Running;

/// <summary>Documents of tasks, made without a grain.</summary>
internal static class Samples
{
    public const string StateName = "task";

    public static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static GrainId GrainOf(string taskId) => GrainId.Create("taskstate", taskId);

    public static TaskDocument Document(
        string taskId,
        long version = 1,
        RunStatus status = RunStatus.Running,
        DateTimeOffset? createdAt = null,
        string? pipeline = "document-video",
        ImmutableSortedDictionary<string, string>? labels = null,
        string? note = null,
        int priority = 0,
        params ImmutableArray<string> errors)
    {
        var state = new TaskState
        {
            TaskId = TaskId.Parse(taskId),
            Status = status,
            CreatedAt = createdAt ?? Epoch,
            StartedAt = Epoch,
            Version = version,
            Pipeline = pipeline is null ? null : new PipelineReference(pipeline, 1),
            Labels = labels,
            CurrentStage = "script_generation",
            Warnings = note is null ? [] : [note],
            Errors = errors,
            Priority = priority,
        };
        return new TaskDocument(state, new CommitRecord { TaskId = taskId, Version = version, Writes = version, WrittenAt = Epoch });
    }

    public static TaskDocument Tombstone(string taskId, long version) =>
        new(null, new CommitRecord { TaskId = taskId, Version = version, Writes = version, WrittenAt = Epoch });
}
