using VideoGen.Tasks;

namespace VideoGen.Client.Workers;

/// <summary>
/// Where the attempts of one worker get their folders: <c>root/worker-ID/TASK-STAGE-TOKEN</c>. The file <c>root/worker-ID.lock</c> is locked for as long
/// as the worker lives, which tells others what a killed worker left behind.
/// </summary>
internal sealed class AttemptFolders : IDisposable
{
    private const string Prefix = "worker-";

    private const string LockSuffix = ".lock";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly FileStream _lock;

    private AttemptFolders(string folder, FileStream heldLock)
    {
        _folder = folder;
        _lock = heldLock;
    }

    /// <summary>Takes away what dead workers left, and makes a folder for this one.</summary>
    /// <exception cref="InvalidOperationException">The root cannot be used; the message says why.</exception>
    public static AttemptFolders Open(string root)
    {
        try
        {
            CreateDirectory(root);
            Sweep(root);
            while (true)
            {
                var folder = Path.Combine(root, $"{Prefix}{Guid.NewGuid():N}");
                if (TryLock(folder + LockSuffix, FileMode.CreateNew) is { } held)
                {
                    CreateDirectory(folder);
                    return new AttemptFolders(folder, held);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The work folder {root} of this worker cannot be used: {exception.Message} Choose another one (WorkDirectory).", exception);
        }
    }

    /// <summary>A new, empty folder.</summary>
    public string Create(TaskId task, StageName stage, long token)
    {
        var folder = Path.Combine(_folder, $"{task}-{stage.Value.Replace(':', '-')}-{token}");
        if (Directory.Exists(folder))
        {
            TryDelete(folder);
        }

        CreateDirectory(folder);
        return folder;
    }

    /// <summary>Deletes what can be deleted; the rest goes with the worker's folder, or with the next worker's start.</summary>
    public static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is gone already, or a child process of the stage still holds a file in it.
        }
    }

    public void Dispose()
    {
        TryDelete(_folder);
        if (!Directory.Exists(_folder) && !OperatingSystem.IsWindows())
        {
            // While it is still locked, so that nobody can find it unlocked and take it for one to sweep.
            // Windows deletes no open file: there the next start does.
            File.Delete(_lock.Name);
        }

        _lock.Dispose();
    }

    private static void Sweep(string root)
    {
        foreach (var path in Directory.EnumerateFiles(root, $"{Prefix}*{LockSuffix}"))
        {
            var name = Path.GetFileName(path)[Prefix.Length..^LockSuffix.Length];
            if (Guid.TryParseExact(name, "N", out _) && TryLock(path, FileMode.Open) is { } dead)
            {
                new AttemptFolders(path[..^LockSuffix.Length], dead).Dispose();
            }
        }
    }

    /// <summary>The locked file; null when another process has it, or took it away in between.</summary>
    private static FileStream? TryLock(string path, FileMode mode)
    {
        try
        {
            var file = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(path))
            {
                return file;
            }

            // Somebody else swept it between the opening and the locking.
            file.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException
            || (mode == FileMode.Open && exception is UnauthorizedAccessException)
            || (exception is IOException && File.Exists(path)))
        {
            return null;
        }
    }

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }
}
