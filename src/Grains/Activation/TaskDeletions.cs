using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Activation;

/// <summary>
/// Commands that may delete their task. What a task left outside of its record goes when its deletion is durable, and before that is answered. The task may be
/// created again when all of it is over.
/// </summary>
internal sealed class TaskDeletions(string taskId, TaskCommitLoop loop, ITaskRemains remains, VideoGenDiagnostics diagnostics)
{
    /// <summary>Completes when no deletion is under way.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <inheritdoc cref="TaskCommitLoop.SubmitAsync"/>
    public Task<TaskReply> SubmitAsync(OperationId operation, TaskCommand command)
    {
        var deletion = DeleteAndClearAwayAsync(operation, command);
        Running = Running.IsCompleted ? deletion : Task.WhenAll(Running, deletion);
        return deletion;
    }

    private async Task<TaskReply> DeleteAndClearAwayAsync(OperationId operation, TaskCommand command)
    {
        var task = TaskId.Parse(taskId);
        await Steps.AttemptAsync(diagnostics, taskId, "noting that its artifacts go", () => remains.NoteAsync(task));
        var reply = await loop.SubmitAsync(operation, command);
        await Steps.AttemptAsync(diagnostics, taskId, "taking its artifacts away", () => remains.SettleAsync(task, isDeleted: loop.State is null));
        return reply;
    }
}
