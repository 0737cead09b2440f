using VideoGen.Files;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.JsonFiles;

/// <summary>A folder of files that are replaced as a whole and durably, held by one process at a time.</summary>
internal sealed class RecordFolder : IDisposable
{
    private const string LockName = ".videogen.lock";

    /// <summary>Says who has the lock. The lock file itself cannot be read while it is held.</summary>
    private const string OwnerName = ".videogen.owner";

    private const string TemporaryPattern = "*.*.vgtmp";

    private readonly FileStream _lock;

    private RecordFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Takes the folder, makes it where it is missing, and removes what a crash left half written.</summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be used.</exception>
    public static RecordFolder Take(string path)
    {
        FileStream held;
        try
        {
            PrivateFile.CreateFolder(path);
            held = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (DiskFault.IsFull(exception) || DiskFault.IsReadOnly(exception))
        {
            throw Explain(exception, path, "The storage could not be opened");
        }
        catch (IOException exception) when (IsLocked(exception, path))
        {
            throw new StoreException(
                StoreFault.Locked,
                $"The folder {path} is in use by another process{OwnerOf(path)}. Stop that one, or give another folder.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Unusable, $"The folder {path} cannot be used: {exception.Message}", exception);
        }

        try
        {
            SayWhoHas(System.IO.Path.Combine(path, OwnerName));
            foreach (var leftover in Directory.EnumerateFiles(path, TemporaryPattern))
            {
                File.Delete(leftover);
            }

            // The process that had the folder before may have died between a rename and its sync, and from now on readers see what is here (T4).
            DurableFile.SyncDirectory(path);
            return new RecordFolder(path, held);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw Explain(exception, path, "The storage could not be opened");
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// Puts the content in the place of the file. A reader sees the old content or the new, also after a crash. The new name is durable
    /// only after <see cref="Sync"/>.
    /// </summary>
    /// <exception cref="IOException">The old content is still there.</exception>
    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        var target = PathOf(name);
        var temporary = $"{target}.{System.IO.Path.GetRandomFileName()}.vgtmp";
        try
        {
            using (var file = PrivateFile.Create(temporary))
            {
                file.Write(content);

                // After a failed sync the kernel takes the pages for clean: this file is given up, and another attempt makes a new one.
                DurableFile.Sync(file.SafeFileHandle, temporary);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Makes the replacements and removals until now durable.</summary>
    public void Sync() => DurableFile.SyncDirectory(Path);

    public void Dispose() => _lock.Dispose();

    public static StoreException Explain(Exception exception, string path, string what) => exception switch
    {
        IOException io when DiskFault.IsFull(io) => new StoreException(StoreFault.Full, $"{what}: {DiskWords.Full(path)}", exception),
        IOException io when DiskFault.IsReadOnly(io) => new StoreException(StoreFault.Unusable, $"{what}: {DiskWords.ReadOnly(path)}", exception),
        UnauthorizedAccessException => new StoreException(StoreFault.Unusable, $"{what}: this user may not write to {path}.", exception),
        _ => new StoreException(StoreFault.Failed, $"{what}: {exception.Message}", exception),
    };

    /// <summary>In a file that is made anew, since there may be anything under its name: to write into a pipe is to wait for a reader.</summary>
    private static void SayWhoHas(string path)
    {
        File.Delete(path);
        using var owner = new StreamWriter(PrivateFile.Create(path));
        owner.Write($"process {Environment.ProcessId} on {Environment.MachineName}");
    }

    private static bool IsLocked(IOException exception, string path) =>
        exception is not (DirectoryNotFoundException or PathTooLongException) && Directory.Exists(path);

    private static string OwnerOf(string path)
    {
        try
        {
            return WholeFile.TryRead(System.IO.Path.Combine(path, OwnerName)) is { } owner ? $" ({System.Text.Encoding.UTF8.GetString(owner.Content)})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return "";
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }
}
