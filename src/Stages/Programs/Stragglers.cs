using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Programs;

/// <summary>
/// Processes that a program left behind, also those that went into a group of their own: each has the folder of its attempt in its environment. Linux shows
/// that; elsewhere there is the process group alone.
/// </summary>
internal static class Stragglers
{
    /// <summary>A process that forks while the others are looked at is found in the next round.</summary>
    private const int Rounds = 5;

    /// <summary>Whether there is one.</summary>
    public static bool Any(string folder) => Find(folder).Count > 0;

    /// <summary>Ends them, and says how many there were.</summary>
    /// <param name="folder">That of their attempt.</param>
    /// <param name="kill">Ends one, by its id.</param>
    public static int EndAll(string folder, Action<int> kill)
    {
        var ended = new HashSet<int>();
        for (var round = 0; round < Rounds; round++)
        {
            var found = Find(folder);
            if (found.Count == 0)
            {
                break;
            }

            ended.UnionWith(found);
            found.ForEach(kill);
        }

        return ended.Count;
    }

    private static List<int> Find(string folder)
    {
        var found = new List<int>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        var mark = Encoding.UTF8.GetBytes($"{ProgramFolder.MarkVariable}={folder}\0");
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && IsMarked(process, mark))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>A process that has ended, and only waits for its parent to look, has no environment any more.</summary>
    private static bool IsMarked(string process, byte[] mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "environ")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is another user's, or has ended meanwhile.
            return false;
        }
    }
}
