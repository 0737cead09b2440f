using VideoGen.Files;
using VideoGen.Tasks.Access;

namespace VideoGen.Client.Access;

/// <summary>
/// Where a process finds the secret of its cluster: in <c>VIDEOGEN_CLUSTER_SECRET</c>, in the file that <c>VIDEOGEN_CLUSTER_SECRET_FILE</c> names, or in one
/// that all processes of this user on this machine share and nobody else can read. So a cluster on one machine needs no settings, and other users stay out.
/// </summary>
public static class ClusterSecrets
{
    public const string Variable = "VIDEOGEN_CLUSTER_SECRET";

    public const string FileVariable = Variable + "_FILE";

    /// <summary>In place of a secret: as programs did that knew of none.</summary>
    public const string None = "none";

    private const int MaxLength = 4_096;

    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The door of this process.</summary>
    /// <exception cref="ClusterSecretException">There is a secret that cannot be read, or is none.</exception>
    public static ClusterDoor Find() => FindChosen() ?? (FindOwn() is { } own ? ClusterDoor.Locked(own, isChosen: false) : ClusterDoor.Open);

    /// <summary>What the environment says; null when it says nothing.</summary>
    /// <exception cref="ClusterSecretException">There is a secret that cannot be read, or is none.</exception>
    public static ClusterDoor? FindChosen()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        var text = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } said ? said
            : file is { Length: > 0 } ? Read(file)
            : null;
        return text?.Trim() switch
        {
            null => null,
            None => ClusterDoor.AsBefore,
            _ => ClusterDoor.Locked(Parse(text, string.IsNullOrEmpty(file) ? Variable : file)),
        };
    }

    /// <summary>The secret of this user on this machine, which is made when there is none; null where this user has no place for it.</summary>
    /// <exception cref="ClusterSecretException">It is there and cannot be used.</exception>
    public static ClusterSecret? FindOwn()
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (data.Length == 0)
        {
            return null;
        }

        var path = Path.Combine(data, "videogen", "cluster.secret");
        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(path))
            {
                return null;
            }
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~ForOwner) != 0)
        {
            throw new ClusterSecretException(
                $"Others can read {path}, which holds the secret of your clusters. Delete it, and another one is made; or: chmod 600 {path}");
        }

        return Parse(Read(path), path);
    }

    /// <summary>Whole or not at all, and the first one stays: two processes may do this at once.</summary>
    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ForOwner;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.WriteLine(ClusterSecret.Create());
        }

        if (!DurableFile.TryPublish(temporary, path))
        {
            File.Delete(temporary);
        }
    }

    private static string Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[MaxLength];
            return new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ClusterSecretException($"The file {path}, which is to hold the secret of the cluster, cannot be read: {exception.Message}", exception);
        }
    }

    private static ClusterSecret Parse(string text, string place) =>
        ClusterSecret.TryParse(text, out var secret, out var problem)
            ? secret
            : throw new ClusterSecretException($"{place} holds no secret of a cluster. {problem}");
}

/// <summary>The secret of the cluster is missing, cannot be read, or is another one. The message is for whoever runs the process.</summary>
public sealed class ClusterSecretException(string message, Exception? innerException = null) : ArgumentException(message, innerException)
{
}
