using Microsoft.Extensions.Logging;

namespace VideoGen.Client.Workers;

public sealed partial class StageWorker
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Name} does {Concurrency} stages at a time from {Queues}.")]
    private partial void LogStarted(string name, int concurrency, string queues);

    [LoggerMessage(14, LogLevel.Information, "Worker {Name} takes nothing more. It works on at {Count} stages for at most {Patience}.")]
    private partial void LogDraining(string name, int count, TimeSpan patience);
}
