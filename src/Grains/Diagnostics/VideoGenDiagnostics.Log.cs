using Microsoft.Extensions.Logging;

namespace VideoGen.Grains.Diagnostics;

public sealed partial class VideoGenDiagnostics
{
    [LoggerMessage(1, LogLevel.Debug, "Task {TaskId}: {Updates} updates of {Commands} commands are durable.")]
    private partial void LogCommitted(string taskId, long updates, int commands);

    [LoggerMessage(2, LogLevel.Information, "Task {TaskId}: another writer was faster.")]
    private partial void LogConflicted(string taskId);

    [LoggerMessage(3, LogLevel.Debug, "Task {TaskId}: a batch is decided anew after attempt {Attempt}.")]
    private partial void LogDecidedAgain(string taskId, int attempt);

    [LoggerMessage(4, LogLevel.Information, "Task {TaskId}: a write that seemed to fail had happened ({Failure}).")]
    private partial void LogAmbiguousWriteResolved(string taskId, string failure);

    [LoggerMessage(5, LogLevel.Warning, "Task {TaskId}: attempt {Attempt} to write {Commands} commands failed.")]
    private partial void LogWriteFailed(string taskId, int attempt, int commands, Exception failure);

    [LoggerMessage(6, LogLevel.Warning, "Task {TaskId} {Problem} The command that made it so was refused; {Reports} buffered reports went with it.")]
    private partial void LogUnstorableRefused(string taskId, string problem, int reports);

    [LoggerMessage(7, LogLevel.Information, "Task {TaskId}: this activation stands down, since the record is not what it alone made of it.")]
    private partial void LogStoodDown(string taskId);

    [LoggerMessage(8, LogLevel.Warning, "Task {TaskId}: {Step} failed; it is tried again.")]
    private partial void LogStepFailed(string taskId, string step, Exception exception);

    [LoggerMessage(9, LogLevel.Information, "{Woken} unfinished tasks were woken up.")]
    private partial void LogSwept(int woken);

    [LoggerMessage(10, LogLevel.Warning, "Task {TaskId} could not be read from storage; its callers are told.")]
    private partial void LogReadFailed(string taskId, Exception failure);

    [LoggerMessage(11, LogLevel.Warning, "The index of tasks could not answer; its caller is told.")]
    private partial void LogIndexFailed(Exception failure);

    [LoggerMessage(12, LogLevel.Debug, "Task {TaskId}: its queue did not say whether stage {Stage} may follow at once ({Problem}); it is offered.")]
    private partial void LogNotContinued(string taskId, string stage, string problem);

    [LoggerMessage(13, LogLevel.Warning, "Who is subscribed to notices cannot be read; what was read last holds. {Problem}")]
    private partial void LogWebhooksUnread(string problem);

    [LoggerMessage(14, LogLevel.Warning,
        "Task {TaskId}: webhook {Webhook} did not take a notice in {Attempts} tries, and what waits for it is given up until it is replayed. {Problem}")]
    private partial void LogNoticesGivenUp(string taskId, string webhook, int attempts, string problem);
}
