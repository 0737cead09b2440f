using Microsoft.Extensions.Logging;
using VideoGen.Tasks;

namespace VideoGen.Client.Workers;

public sealed partial class StageWorker
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Name} does {Concurrency} stages at a time from {Queues}.")]
    private partial void LogStarted(string name, int concurrency, string queues);

    [LoggerMessage(2, LogLevel.Debug, "Task {Task}: stage {Stage} was not given ({Why}).")]
    private partial void LogNotGiven(TaskId task, string stage, string? why);

    [LoggerMessage(3, LogLevel.Debug, "Task {Task}: stage {Stage} begins under token {Token}.")]
    private partial void LogBegun(TaskId task, string stage, long token);

    [LoggerMessage(4, LogLevel.Debug, "Task {Task}: stage {Stage} under token {Token} ended: {End}.")]
    private partial void LogEnded(TaskId task, string stage, long token, StageEnd end);

    [LoggerMessage(5, LogLevel.Warning, "Queue {Queue} cannot be reached; it is tried again until it can.")]
    private partial void LogUnreachable(string queue, Exception exception);

    [LoggerMessage(6, LogLevel.Information, "Queue {Queue} is reached again.")]
    private partial void LogReached(string queue);

    [LoggerMessage(7, LogLevel.Warning, "Task {Task}: stage {Stage} goes on although it was told to stop; its slot is not free before it ends.")]
    private partial void LogIgnoresCancellation(TaskId task, string stage);

    [LoggerMessage(8, LogLevel.Warning, "An offer is malformed and was left out: {Problem}")]
    private partial void LogNotUnderstood(string problem);
}
