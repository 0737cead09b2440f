using System.Text.Json;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    private static TaskDecision Save(TaskState? state, SaveTask save, DecisionContext context)
    {
        TaskState? saved;
        try
        {
            saved = JsonSerializer.Deserialize(save.State.Value, TaskJson.Default.TaskState);
        }
        catch (JsonException exception)
        {
            return TaskDecision.InvalidInput($"The state is not a task: {Explain(exception)}");
        }

        if (saved is null || saved.TaskId.Value is null)
        {
            return TaskDecision.InvalidInput("The state is not a task: it has no task_id.");
        }

        if (saved.TaskId.Value != context.TaskId)
        {
            return TaskDecision.InvalidInput($"The state is that of task {saved.TaskId}, not of {context.TaskId}.");
        }

        var version = state?.Version ?? 0;
        if (version != save.ExpectedVersion)
        {
            return new TaskDecision.Refused(
                RefusalReason.Conflict,
                $"Task {saved.TaskId} is at version {version}, not {save.ExpectedVersion}. Load it again and repeat the change.");
        }

        if (CommandBounds.Check(saved) is { } problem)
        {
            return TaskDecision.InvalidInput(problem);
        }

        if (state is null)
        {
            var created = new TaskState { TaskId = saved.TaskId, CreatedAt = saved.CreatedAt == default ? context.Now : saved.CreatedAt };
            return new TaskDecision.Changed(WithSaved(created, saved));
        }

        if (state.Status.IsFinished() && saved.Status != state.Status)
        {
            return TaskDecision.InvalidState($"The task is {state.Status.ToWireName()}; only a retry reopens it.");
        }

        if (state.Pipeline is null)
        {
            return new TaskDecision.Changed(WithSaved(state, saved));
        }

        return SameRun(state, saved)
            ? new TaskDecision.Changed(state with { Metadata = saved.Metadata, Errors = saved.Errors, Warnings = saved.Warnings })
            : TaskDecision.InvalidState("This task is run by its pipeline: its status and its stages change only through commands and leases.");
    }

    /// <summary>Where the serializer names types of the program in its words, the place where it stopped tells its reader more.</summary>
    private static string Explain(JsonException exception) =>
        exception.Message.Contains("VideoGen.", StringComparison.Ordinal) || exception.Message.Contains("System.", StringComparison.Ordinal)
            ? $"what stands at {NameText.Printable(exception.Path ?? "$")} is not what belongs there."
            : exception.Message;

    /// <summary>The saved state in the fields that the Python system knows; the cluster's own fields as they are.</summary>
    private static TaskState WithSaved(TaskState state, TaskState saved) => state with
    {
        InputConfig = saved.InputConfig,
        Status = saved.Status,
        CurrentStage = saved.CurrentStage,
        OverallProgress = Clamp(saved.OverallProgress),
        Stages = StageMap.Empty.WithRange(saved.Stages.Select(stage => WithSaved(
            state.Stages.TryGet(stage.Name, out var present) ? present : new StageState { Name = stage.Name }, stage))),
        StartedAt = saved.StartedAt,
        CompletedAt = saved.CompletedAt,
        Result = saved.Result,
        Errors = saved.Errors,
        Warnings = saved.Warnings,
        Metadata = saved.Metadata,
        UnknownFields = saved.UnknownFields,
    };

    private static StageState WithSaved(StageState stage, StageState saved) => stage with
    {
        Status = saved.Status,
        Progress = Clamp(saved.Progress),
        StartedAt = saved.StartedAt,
        CompletedAt = saved.CompletedAt,
        Error = saved.Error,
        Artifacts = saved.Artifacts,
        Metadata = saved.Metadata,
        UnknownFields = saved.UnknownFields,
    };

    private static bool SameRun(TaskState state, TaskState saved)
    {
        if (state.Status != saved.Status || state.Stages.Count != saved.Stages.Count)
        {
            return false;
        }

        foreach (var stage in saved.Stages)
        {
            if (!state.Stages.TryGet(stage.Name, out var present) || present.Status != stage.Status || !present.Progress.Equals(stage.Progress))
            {
                return false;
            }
        }

        return true;
    }
}
