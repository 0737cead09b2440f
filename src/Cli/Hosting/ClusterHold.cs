using VideoGen.Cli.Exits;

namespace VideoGen.Cli.Hosting;

/// <summary>
/// Held while a silo of a cluster works with a store of this machine. The cluster keeps tasks in memory and does not see what is written beside it, so a
/// command without the cluster is refused by the name of what holds the store. The system lets go of it when the silo dies, however it dies.
/// </summary>
internal sealed class ClusterHold : IDisposable
{
    private const string Prefix = "silo-";

    private const string LockSuffix = ".lock";

    private const string NoteSuffix = ".txt";

    private readonly FileStream _lock;
    private readonly string _note;

    private ClusterHold(FileStream held, string note)
    {
        _lock = held;
        _note = note;
    }

    /// <param name="folder">The folder of locks beside the store.</param>
    /// <param name="address">Where the cluster meets; null for a silo that is alone.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <exception cref="CommandFailedException">Another cluster holds the store.</exception>
    public static ClusterHold Take(string folder, ClusterAddress? address, string cluster)
    {
        if (Find(folder).FirstOrDefault(holder => holder.Cluster != cluster) is { } other)
        {
            throw new CommandFailedException(
                ExitCode.Conflict,
                $"The store beside {folder} is held by the cluster '{other.Cluster}' (process {other.Process} on {other.Machine}). Two clusters over one store "
                    + "would take each other's tasks: choose another --data, or that --cluster.");
        }

        var path = Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}");
        File.WriteAllLines(path + NoteSuffix, [cluster, $"{Environment.ProcessId}", Environment.MachineName, address?.Reach(cluster) ?? ""]);
        return new ClusterHold(new FileStream(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), path + NoteSuffix);
    }

    /// <param name="folder">The folder of locks beside the store.</param>
    /// <param name="instead">Makes what the person can do out of the arguments that reach the cluster, which begin with a blank.</param>
    /// <exception cref="CommandFailedException">A cluster holds the store.</exception>
    public static void RefuseIfHeld(string folder, Func<string, string> instead)
    {
        if (Find(folder).FirstOrDefault() is not { } holder)
        {
            return;
        }

        var remedy = holder.Arguments.Length > 0
            ? instead(holder.Arguments)
            : "Stop that silo first, or start it with --redis or --world, so that commands can reach it.";
        throw new CommandFailedException(
            ExitCode.Conflict,
            $"The store is held by a silo of the cluster '{holder.Cluster}' (process {holder.Process} on {holder.Machine}), "
                + $"which would not see what is changed beside it. {remedy}");
    }

    public void Dispose()
    {
        File.Delete(_note);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    /// <summary>The silos that live. What those left behind that do not is taken away.</summary>
    private static IEnumerable<Holder> Find(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, $"{Prefix}*{LockSuffix}"))
        {
            var note = path[..^LockSuffix.Length] + NoteSuffix;
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    File.Delete(note);
                    File.Delete(path);
                }

                continue;
            }
            catch (FileNotFoundException)
            {
                continue;
            }
            catch (IOException)
            {
                // It is held.
            }

            yield return File.Exists(note) && File.ReadAllLines(note) is [var cluster, var process, var machine, var arguments, ..]
                ? new Holder(cluster, process, machine, arguments)
                : new Holder(ClusterAddress.DefaultClusterId, "?", "?", "");
        }
    }

    private sealed record Holder(string Cluster, string Process, string Machine, string Arguments);
}
