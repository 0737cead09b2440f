using System.Globalization;
using VideoGen.Files;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The file of the database. A new one is made under another name and gets its own when it is ready, so a file without content is never the beginning of a
/// database: it was one. It is for its owner alone; SQLite gives the files beside it the same rights.
/// </summary>
internal static class SqliteFile
{
    private const string NewSuffix = ".new";

    /// <summary>What an unfinished start left behind is removed after this time; before it, another process may be at work on it.</summary>
    private static readonly TimeSpan UnfinishedAge = TimeSpan.FromHours(1);

    /// <summary>Makes the folder and the database where they are missing.</summary>
    /// <exception cref="StoreException">They cannot be made, or what is there lost its content.</exception>
    public static void Prepare(string path, TimeSpan busyTimeout)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            PrivateFile.CreateFolder(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Unusable, $"The folder {folder} for the database cannot be made: {exception.Message}", exception);
        }

        var file = new FileInfo(path);
        if (file.Exists && file.Length == 0)
        {
            throw new StoreException(
                StoreFault.Damaged,
                $"The database {path} is empty: it has lost its content. Put a backup in its place; or, to begin without any task, delete the file.");
        }

        if (!file.Exists && !Directory.Exists(path))
        {
            try
            {
                Create(path, folder, busyTimeout);
            }
            catch (UnauthorizedAccessException exception)
            {
                throw new StoreException(StoreFault.Unusable, $"The database {path} cannot be made: this user may not write to {folder}.", exception);
            }
            catch (IOException exception)
            {
                throw new StoreException(StoreFault.Failed, $"The database {path} cannot be made: {exception.Message}", exception);
            }
        }
    }

    private static void Create(string path, string folder, TimeSpan busyTimeout)
    {
        Sweep(path, folder);
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Guid.NewGuid():N}{NewSuffix}");
        try
        {
            PrivateFile.Create(temporary).Dispose();
            using (var connection = SqliteConnections.Open(temporary, busyTimeout, readOnly: false))
            {
                // The last connection that closes copies the log into the database, and syncs it.
                SqliteSchema.Prepare(connection, path);
            }

            // Of several processes that start at once, one is first, and the others use its database.
            DurableFile.TryPublish(temporary, path);
            DurableFile.SyncDirectory(folder);
        }
        finally
        {
            Delete(temporary);
        }
    }

    private static void Sweep(string path, string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles($"{Path.GetFileName(path)}.*{NewSuffix}"))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > UnfinishedAge)
            {
                Delete(file.FullName);
            }
        }
    }

    private static void Delete(string temporary)
    {
        foreach (var name in (string[])[temporary, $"{temporary}-wal", $"{temporary}-shm"])
        {
            File.Delete(name);
        }
    }
}
