using Microsoft.Data.Sqlite;
using VideoGen.Files;
using VideoGen.Storage.Records;
using static SQLitePCL.raw;

namespace VideoGen.Storage.Sqlite;

/// <summary>SQLite's error codes in words for a person who runs the program.</summary>
internal static class SqliteFaults
{
    /// <summary>With less than this SQLite cannot lengthen the index of its log.</summary>
    private const long LeastSpace = 64 * 1024;

    /// <param name="exception">What SQLite reported.</param>
    /// <param name="path">The database.</param>
    /// <param name="what">What was attempted: "3 records could not be stored".</param>
    public static StoreException Explain(SqliteException exception, string path, string what)
    {
        var (fault, why) = exception.SqliteErrorCode switch
        {
            // A log or an index of it that cannot grow is reported as any error of the device is.
            SQLITE_IOERR when IsFull(path) => Full(path),
            SQLITE_BUSY or SQLITE_LOCKED => (StoreFault.Locked, $"the database {path} is locked by {SqliteLockHolder.Describe(path)}"),
            SQLITE_FULL => Full(path),

            // Neither can the log beside the database be made on such a disk, which is reported as a database that cannot be opened.
            SQLITE_CANTOPEN or SQLITE_READONLY or SQLITE_IOERR when IsReadOnly(path) => (StoreFault.Unusable, DiskWords.ReadOnly(path)),
            SQLITE_NOTADB => (StoreFault.Damaged, $"{path} is not a database. Give another file as the database path, or move this one away."),
            SQLITE_CORRUPT => (
                StoreFault.Damaged,
                $"the database {path} is damaged ({exception.Message}). Move it away and put a backup in its place; "
                + $"'sqlite3 {path} .recover' may save what is in it."),
            SQLITE_CANTOPEN => (StoreFault.Unusable, $"the database {path} cannot be opened. Does its folder exist, and may this user write to it?"),
            SQLITE_READONLY => (StoreFault.Unusable, $"the database {path} cannot be written. May this user write to the file and to its folder?"),
            SQLITE_PERM or SQLITE_AUTH => (StoreFault.Unusable, $"this user may not use the database {path}."),
            SQLITE_IOERR => (StoreFault.Failed, $"the disk that holds {path} failed ({exception.Message}). Look at the system's log."),
            SQLITE_TOOBIG => (StoreFault.Refused, "a record is too large for SQLite. Nothing was stored."),
            SQLITE_CONSTRAINT or SQLITE_MISMATCH or SQLITE_RANGE =>
                (StoreFault.Refused, $"a record is not of the form that {path} keeps ({exception.Message}). Nothing was stored."),
            _ => (StoreFault.Failed, $"SQLite reported an error on {path}: {exception.Message} ({exception.SqliteExtendedErrorCode})."),
        };
        return new StoreException(fault, $"{what}: {why}", exception);
    }

    private static (StoreFault Fault, string Why) Full(string path) => (StoreFault.Full, DiskWords.Full(path));

    private static bool IsReadOnly(string path) => Path.GetDirectoryName(path) is { } folder && DiskFault.IsReadOnly(folder);

    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < LeastSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
