using VideoGen.Files;
using VideoGen.Storage;
using VideoGen.Tasks;

namespace VideoGen.Cli;

/// <summary>What went wrong, in words for a person, and the exit code that says it to a script.</summary>
internal static class CommandErrors
{
    public static (int ExitCode, string Message) Describe(Exception exception) => exception switch
    {
        CommandFailedException failed => (failed.ExitCode, failed.Message),
        OperationCanceledException => (ExitCode.Cancelled, "Cancelled."),
        AggregateException { InnerExceptions: [var single] } => Describe(single),
        Stages.Documents.DocumentException document => (ExitCode.BadInput, document.Message),
        Client.Hosting.ClusterUnreachableException unreachable => (ExitCode.Unavailable, unreachable.Message),
        TaskStorageException { Cause: { } cause } => (ExitCode.Unavailable, cause),
        TaskStorageException or TaskConflictException or ArtifactException or IOException or UnauthorizedAccessException => (ExitCode.Unavailable, exception.Message),
        ArgumentException or FormatException => (ExitCode.BadInput, exception.Message),
        _ when exception.InnerException is { } inner && Describe(inner) is { ExitCode: not ExitCode.Failed } described => described,
        _ => (ExitCode.Failed, $"{exception.GetType().Name}: {exception.Message} Run it again with --verbose to see more."),
    };
}
