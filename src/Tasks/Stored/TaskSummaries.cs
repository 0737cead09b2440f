using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Stored;

/// <summary>What lists show of a task, made of the task itself.</summary>
public static class TaskSummaries
{
    internal static TaskSummary Of(TaskDocument document, DateTimeOffset now)
    {
        var state = document.State;
        if (state is null)
        {
            var id = TaskId.TryParse(document.Commit.TaskId, out var parsed, out _) ? parsed : default;
            return new TaskSummary
            {
                TaskId = id,
                Status = RunStatus.Cancelled,
                CreatedAt = now,
                UpdatedAt = now,
                Version = document.Commit.Version,
                Deleted = true,
                Priority = 0,
            };
        }

        return Of(state, now);
    }

    /// <param name="state">The task.</param>
    /// <param name="updatedAt">When it was last written.</param>
    public static TaskSummary Of(TaskState state, DateTimeOffset updatedAt)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new TaskSummary
        {
            TaskId = state.TaskId,
            Status = state.Status,
            Pipeline = state.Pipeline?.Name,
            Labels = state.Labels ?? TaskState.NoLabels,
            Progress = state.OverallProgress,
            CurrentStage = state.CurrentStage,
            CreatedAt = state.CreatedAt,
            StartedAt = state.StartedAt,
            CompletedAt = state.CompletedAt,
            UpdatedAt = updatedAt,
            Workers = StageSchedules.Leased(state),
            Version = state.Version,
            Owed = state.Pipeline is not null && state.Status is RunStatus.Pending or RunStatus.Running,
            Priority = state.Priority,
            Errors = ErrorText.Of(state),
        };
    }
}
