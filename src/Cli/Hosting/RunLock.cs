using VideoGen.Cli.Exits;
using VideoGen.Tasks;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Held while a process runs a task by itself. The system lets go of it when the process dies, however it dies: the next process that
/// gets it knows that the former holder is gone, and need not wait for its leases to run out.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file)
    {
        _file = file;
    }

    /// <exception cref="CommandFailedException">Another process holds it.</exception>
    public static RunLock Take(DataDirectory data, TaskId task)
    {
        // Some file systems take upper and lower case for the same; two ids that differ in case alone then exclude each other, which is safe.
        var path = Path.Combine(data.Locks, $"{task}.lock");
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception)
        {
            throw new CommandFailedException(
                ExitCode.Conflict,
                $"Task {task} is being run by another process. Wait for it, follow it with 'videogen watch {task}', or choose another --id.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
