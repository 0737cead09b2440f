using System.Globalization;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// Which other process holds the lock of a database, in words for whoever has to end it. From Linux' lists of locks and of open files (proc(5)); elsewhere it
/// is not known. The database itself is never opened here: closing a file drops all locks that this process has on it.
/// </summary>
internal static class SqliteLockHolder
{
    /// <summary>"process 12 (videogen). Stop that process, or try again later."</summary>
    public static string Describe(string path)
    {
        foreach (var holder in Writers())
        {
            if (HasOpen(holder, path))
            {
                var (name, stopped) = Look(holder);
                return stopped
                    ? $"process {holder} ({name}), which is stopped. Let it go on ('kill -CONT {holder}'), or end it ('kill -9 {holder}')."
                    : $"process {holder} ({name}). Stop that process, or try again later.";
            }
        }

        return "another process. Stop that process, or try again later.";
    }

    /// <summary>The other processes that hold a lock for writing on any file.</summary>
    private static IEnumerable<int> Writers()
    {
        // 1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120
        foreach (var line in Lines("/proc/locks"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is [_, "POSIX", _, "WRITE", var process, ..]
                && int.TryParse(process, CultureInfo.InvariantCulture, out var id) && id > 0 && id != Environment.ProcessId)
            {
                yield return id;
            }
        }
    }

    private static bool HasOpen(int process, string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            return Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } file && (file == full || file == full + "-shm"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static (string Name, bool Stopped) Look(int process)
    {
        // 4711 (name) T …, and the name may hold anything.
        var status = Lines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat")).FirstOrDefault() ?? "";
        var (start, end) = (status.IndexOf('(', StringComparison.Ordinal), status.LastIndexOf(')'));
        return start < 0 || end < start
            ? ("it has just ended", false)
            : (status[(start + 1)..end], status.AsSpan(end + 1).TrimStart().StartsWith("T", StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
