using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Activation;

/// <summary>
/// The way of a command into the commit loop of its task. Most go straight in. Some need something from outside of the task first, which is asked for before
/// the command is stored, and given back when it comes to nothing: room in queues, slots of limits, the word of the next stage's queue.
/// </summary>
internal sealed class CommandAdmission(
    TaskCommitLoop loop,
    IGrainFactory grains,
    QueueGates gates,
    CreationGates creationGates,
    GrainReferences<IStageQueueGrain> queues,
    TimeProvider time,
    VideoGenDiagnostics diagnostics)
{
    private readonly StartAdmission _starts = new(grains, gates);
    private readonly CreationAdmission _creations = new(grains, creationGates);
    private readonly Continuations _continuations = new(queues, time, diagnostics);

    /// <summary>An activation comes up; its state is loaded.</summary>
    public void Loaded() => _starts.Loaded(loop.State);

    /// <summary>The loop has published another durable state.</summary>
    public void Published(string task) => _starts.Published(task, loop.State);

    /// <inheritdoc cref="TaskCommitLoop.SubmitAsync"/>
    public Task<TaskReply> SubmitAsync(OperationId operation, TaskCommand command)
    {
        // Each method that waits takes its part of a turn, so the usual command has none here.
        switch (command)
        {
            case StartStage { Stage.Value: not null, Worker: { Name: not null } worker } start
                when loop.State is { Pipeline: not null } state && state.Stages.TryGet(start.Stage, out var stage)
                    && stage is { Status: RunStatus.Pending, Lease: null, Plan.IsGroup: false }:
                return StartAsync(operation, start, stage, worker);
            case CompleteStage { Taker: not null } complete when loop.State is { } state && StageContinuation.Find(state, complete) is { } next:
                return CompleteAndGoOnAsync(operation, complete, state, next);
            case CreateTask { Pipeline: not null } create when loop.State is null && !loop.Remembers(operation) && CommandBounds.Check(create) is null:
                return CreateAsync(operation, create);
            case FailStage { RetryAfter: not null } fail when loop.State is { } state:
                return PostponeAsync(operation, fail, state.TaskId);
            default:
                return loop.SubmitAsync(operation, command);
        }
    }

    /// <summary>A task that is not there yet needs room in its queues. A refusal leaves no trace.</summary>
    private async Task<TaskReply> CreateAsync(OperationId operation, CreateTask create)
    {
        if (await _creations.ObjectionAsync(create, loop.Version) is { } objection)
        {
            return objection;
        }

        try
        {
            return await loop.SubmitAsync(operation, create);
        }
        finally
        {
            _creations.Settle(create);
        }
    }

    /// <summary>A stage that is not begun yet needs an open queue and slots of its limits. A refusal leaves no trace.</summary>
    private async Task<TaskReply> StartAsync(OperationId operation, StartStage start, StageState stage, WorkerId worker)
    {
        var task = loop.State!.TaskId;
        if (await _starts.ObjectionAsync(task, stage, worker) is { } objection)
        {
            return TaskReplies.Refused(TaskDecision.InvalidState(objection), loop.State?.Version ?? 0);
        }

        try
        {
            var reply = await loop.SubmitAsync(operation, start, start.Stage);
            _starts.Settled(task, stage.Name, loop.State);
            return reply;
        }
        catch
        {
            _starts.LeaveInDoubt(stage.Name);
            throw;
        }
    }

    /// <summary>Completes a stage, and starts the next one for the same worker in the same write if its queue agrees.</summary>
    private async Task<TaskReply> CompleteAndGoOnAsync(OperationId operation, CompleteStage complete, TaskState state, StageState next)
    {
        if (!await _continuations.AskAsync(state, next, complete.Taker!.Profile))
        {
            return await loop.SubmitAsync(operation, complete);
        }

        TaskReply? reply = null;
        try
        {
            return reply = await loop.SubmitAsync(operation, complete, next.Name);
        }
        finally
        {
            if (reply?.Lease is null)
            {
                _continuations.Forgo(state, next);
            }
        }
    }

    /// <summary>An attempt was told to come again later. Its limits hear of it when that is stored.</summary>
    private async Task<TaskReply> PostponeAsync(OperationId operation, FailStage fail, TaskId task)
    {
        _starts.Rest(task, fail);
        var reply = await loop.SubmitAsync(operation, fail);
        if (reply.IsRefused)
        {
            _starts.NoRest(fail);
        }

        return reply;
    }
}
