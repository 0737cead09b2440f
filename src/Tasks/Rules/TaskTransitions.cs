using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>
/// The whole transition table: what each command does to a task in each state. Pure: no clock, no randomness, no waiting; deciding the same
/// thing twice gives the same result, so the commit loop may decide again whenever another writer was faster.
/// </summary>
/// <remarks>
/// The rules of stages are in <c>TaskTransitions.Stages.cs</c>, of what time alone does in <c>TaskTransitions.Time.cs</c>, of what people ask for in
/// <c>TaskTransitions.Steering.cs</c> and <c>TaskTransitions.Retry.cs</c>, of who asked for it in <c>TaskTransitions.Acts.cs</c>, those of reported
/// progress in <c>TaskTransitions.Progress.cs</c>, of compare-and-swap in <c>TaskTransitions.Save.cs</c>, and what follows for the task from the state of
/// its stages in <c>TaskTransitions.Settle.cs</c>.
/// </remarks>
public static partial class TaskTransitions
{
    public static TaskDecision Decide(TaskState? state, TaskCommand command, DecisionContext context) =>
        CommandBounds.Check(command) is { } problem ? TaskDecision.InvalidInput(problem) : DecideWithinBounds(state, command, context);

    /// <summary>The same for a command that was checked when it was let in.</summary>
    internal static TaskDecision DecideWithinBounds(TaskState? state, TaskCommand command, DecisionContext context) =>
        command.IfVersion != 0 && state is not null && state.Version != command.IfVersion
            ? new TaskDecision.Refused(
                RefusalReason.Conflict, $"Task {state.TaskId} is at version {state.Version}, not {command.IfVersion}. Read it again and repeat the change.")
            : Remembered(DecideAtAnyVersion(state, command, context), command, context.Now);

    private static TaskDecision DecideAtAnyVersion(TaskState? state, TaskCommand command, DecisionContext context) => (state, command) switch
    {
        (_, CreateTask create) => Create(state, create, context),
        (_, SaveTask save) => Save(state, save, context),
        (null, DeleteTask) => new TaskDecision.Unchanged("There is no such task."),
        (null, _) => TaskDecision.NotFound("There is no such task."),
        (_, AddStage add) => Add(state, add),
        (_, StartStage start) => Start(state, start, context),
        (_, ReportProgress report) => Report(state, report, context),
        (_, CompleteStage complete) => Complete(state, complete, context),
        (_, FailStage fail) => Fail(state, fail, context),
        (_, ReleaseStage release) => Release(state, release, context),
        (_, CancelTask) => Cancel(state, context.Now),
        (_, PauseTask pause) => Pause(state, pause, context),
        (_, ResumeTask) => Resume(state, context),
        (_, RetryTask retry) => Retry(state, retry, context),
        (_, ChangePriority change) => Change(state, change),
        (_, AmendTask amend) => Amend(state, amend),
        (_, StartNow start) => Hasten(state, start),
        (_, SkipStage skip) => Skip(state, skip, context.Now),
        (_, DeleteTask) => Delete(state),
        (_, DeclareWorkerLost lost) => LoseWorker(state, lost, context),
        (_, RestartWorker restart) => Restart(state, restart, context.Now),
        (_, CheckDeadlines check) => Expire(state, check, context),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "Not a task command."),
    };

    private static TaskDecision Create(TaskState? state, CreateTask create, DecisionContext context)
    {
        if (create.TaskId.Value != context.TaskId)
        {
            return TaskDecision.InvalidInput($"The task to create is {create.TaskId}, but it was sent to {context.TaskId}.");
        }

        var hash = HashOf(create);
        if (state is not null)
        {
            return CreateAgain(state, create, hash);
        }

        var stages = create.Pipeline is null
            ? StageMap.Empty
            : StageMap.Empty.WithRange(create.Pipeline.Stages.Select(Defined));
        return new TaskDecision.Changed(new TaskState
        {
            TaskId = create.TaskId,
            InputConfig = create.InputConfig,
            Stages = stages,
            CreatedAt = context.Now,
            Pipeline = create.Pipeline is null ? null : new PipelineReference(create.Pipeline.Name, create.Pipeline.Version),
            TimeLimit = create.Pipeline?.Timeout,
            Deadline = context.Wall + create.Pipeline?.Timeout,
            Labels = create.Labels.IsEmpty ? null : create.Labels,
            Priority = create.Priority,
            FairShare = create.FairShare,
            Retention = create.Retention,
            ArtifactFolder = create.ArtifactFolder,
            Fresh = create.Fresh,
            TraceParent = create.TraceParent,
            ContentHash = hash,
        });
    }

    /// <summary>A priority is a place in a queue and no part of the content: another one is told, and not taken for another task.</summary>
    private static TaskDecision CreateAgain(TaskState state, CreateTask create, string hash)
    {
        if (state.ContentHash == hash && create.Priority == state.Priority)
        {
            return new TaskDecision.Unchanged("The task exists already, with the same content.");
        }

        return state.ContentHash == hash || state.ContentHash == HashOf(create with { Priority = state.CreatedPriority ?? state.Priority })
            ? new TaskDecision.Unchanged($"The task exists already, with the same content and with priority {state.Priority}, not {create.Priority}.")
            : new TaskDecision.Refused(RefusalReason.Conflict, $"Task {state.TaskId} exists already, with other content. Choose another id.");
    }

    /// <summary>Where its artifacts are, and who traces it, is no part of the content either.</summary>
    private static string HashOf(CreateTask create) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<TaskCommand>(
        create with { ArtifactFolder = null, Fresh = false, TraceParent = null }, CommandJson.Default.TaskCommand)));

    private static TaskDecision Delete(TaskState state) =>
        state.Pipeline is not null && !state.Status.IsFinished()
            ? TaskDecision.InvalidState($"A {state.Status.ToWireName()} task cannot be deleted; cancel it first.")
            : new TaskDecision.Changed(null);

    private static StageState Planned(StageDefinition definition) => new() { Name = definition.Name, Plan = StagePlan.From(definition) };

    private static StageState Defined(StageDefinition definition) =>
        new() { Name = definition.Name, Plan = StagePlan.From(definition) with { InDefinition = definition.Name.Group is not null } };

    private static StageState Interrupted(StageState stage, DateTimeOffset now) =>
        stage.Status is RunStatus.Running or RunStatus.Paused
            ? Ended(stage, FormerAttempt.Interrupted, null, now) with { Status = RunStatus.Cancelled, CompletedAt = now, Units = null }
            : stage;

    private static ImmutableArray<string> Append(ImmutableArray<string> messages, string message) => messages.Length switch
    {
        >= Limits.MaxMessages => messages,
        Limits.MaxMessages - 1 => messages.Add("More messages followed; they are left out here."),
        _ => messages.Add(MessageText.Cut(message)),
    };
}
