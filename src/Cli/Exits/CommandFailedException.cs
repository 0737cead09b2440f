using VideoGen.Tasks;

namespace VideoGen.Cli.Exits;

/// <summary>Ends the command with one message for a person. The message says what happened and what to do.</summary>
internal sealed class CommandFailedException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;

    public static CommandFailedException NotFound(TaskId task) =>
        new(Exits.ExitCode.NotFound, $"There is no task {task} here. 'videogen list' shows those that there are.");
}
