namespace VideoGen.Cli.Exits;

internal static class CtrlC
{
    /// <summary>Waits for the work; when the person ends it with Ctrl-C, the command ends with what is true then.</summary>
    /// <exception cref="CommandFailedException">The person ended it.</exception>
    public static async Task<T> OrSayAsync<T>(this Task<T> work, string message, CancellationToken asked)
    {
        try
        {
            return await work;
        }
        catch (OperationCanceledException exception) when (asked.IsCancellationRequested)
        {
            throw new CommandFailedException(ExitCode.Cancelled, message, exception);
        }
    }
}
