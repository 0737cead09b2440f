using Orleans.Runtime;
using StackExchange.Redis;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Cli.Exits;

/// <summary>What went wrong, in words for a person, and the exit code that says it to a script.</summary>
internal static class CommandErrors
{
    public static (int ExitCode, string Message) Describe(Exception exception) => exception switch
    {
        CommandFailedException failed => (failed.ExitCode, failed.Message),
        OperationCanceledException => (ExitCode.Cancelled, "Cancelled."),
        _ when FullDisk(exception) is { } full => (
            ExitCode.Unavailable,
            $"The disk is full: {full.Message.TrimEnd('.')}. Free some space, and run the same command again; what was completed before is kept."),
        IOException io when DiskFault.IsReadOnly(io) => (
            ExitCode.Unavailable,
            $"A disk can only be read: {io.Message.TrimEnd('.')}. Mount it for writing, or choose another folder (--data, -o); "
            + "what was completed before is kept."),
        AggregateException { InnerExceptions: [var single] } => Describe(single),
        Stages.Documents.DocumentException document => (ExitCode.BadInput, document.Message),
        Client.Tasks.QueueFullException full => (ExitCode.Busy, full.Message),
        Client.Hosting.ClusterUnreachableException unreachable => (ExitCode.Unavailable, unreachable.Message),
        AccessDeniedException denied => (ExitCode.Conflict, denied.Message),
        TaskStorageException { Cause: { } cause } => (ExitCode.Unavailable, cause),
        TaskStorageException or TaskConflictException or ArtifactException or IOException or UnauthorizedAccessException =>
            (ExitCode.Unavailable, exception.Message),
        TimeoutException or OrleansException or RedisException => (ExitCode.Unavailable, $"The cluster did not answer: {exception.Message}"),
        _ when OlderSilos.AreBehind(exception) => (
            ExitCode.Unavailable,
            $"A silo of the cluster is of an older program, which does not know what this command asks for ({exception.Message.TrimEnd('.')}). "
            + "Bring all silos to this version, or use a command of theirs."),
        ArgumentException or FormatException => (ExitCode.BadInput, exception.Message),
        _ when exception.InnerException is { } inner && Describe(inner) is { ExitCode: not ExitCode.Failed } described => described,
        _ => (ExitCode.Failed, $"{exception.GetType().Name}: {exception.Message} Run it again with --verbose to see more."),
    };

    /// <summary>The exception in which the system says so, on its own or as the cause of another.</summary>
    private static IOException? FullDisk(Exception exception) => exception switch
    {
        IOException io when DiskFault.IsFull(io) => io,
        { InnerException: { } inner } and not TaskStorageException => FullDisk(inner),
        _ => null,
    };
}
