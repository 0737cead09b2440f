using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>Which form a database has, and how it gets that of today (<see cref="SqliteTables"/>).</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// The first form had no deltas, the second no rows for bodies alone: each has its own name for the hash, so that a program of then which still runs cannot
    /// write here. The third had no checksum of the columns of lists, the fourth no schedules; what a program of then still writes is made anew from its body.
    /// </summary>
    public const int Version = 5;

    /// <summary>"VGen": tells our databases from those of other programs.</summary>
    public const int ApplicationId = 0x5647656E;

    /// <summary>
    /// Makes a new database ours, brings one of an older program to the form of today, and refuses one that is not or that a newer program made.
    /// </summary>
    public static void Prepare(SqliteConnection connection, string path)
    {
        // Two processes may start on one new file: the second finds the work done once it gets the lock.
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var version = connection.QueryNumber("PRAGMA user_version");
            var application = connection.QueryNumber("PRAGMA application_id");
            if (version == 0 && application == 0 && connection.QueryNumber("SELECT count(*) FROM sqlite_schema") == 0)
            {
                connection.Execute(SqliteTables.Records + SqliteTables.Schedules + SqliteTables.Searches);
                connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}");
            }
            else if (application != ApplicationId)
            {
                throw new StoreException(StoreFault.Damaged, $"{path} is a database of another program. Give another file as the database path.");
            }
            else if (version > Version)
            {
                throw new StoreException(
                    StoreFault.TooNew,
                    $"{path} was made by a newer program (its schema is {version}; this program knows {Version}). Use the newer program, or another file.");
            }

            if (version is > 0 and < Version)
            {
                connection.Execute(version switch
                {
                    4 => SqliteTables.AddSchedules + SqliteTables.AddSearches,
                    3 => "ALTER TABLE records ADD COLUMN list_hash INTEGER;" + SqliteTables.AddSchedules + SqliteTables.AddSearches,
                    _ => SqliteTables.FromVersion(version),
                });
                SqliteUpkeep.MakeSchedulesInTransaction(connection);
                connection.Execute($"PRAGMA user_version = {Version}");
            }

            if (connection.QueryNumber("SELECT count(*) FROM pragma_table_info('records') WHERE name = 'searched'") == 0)
            {
                connection.Execute(SqliteTables.AddSearches);
            }

            if (connection.QueryNumber("SELECT count(*) FROM sqlite_schema WHERE name IN ('tasks_by_error', 'tasks_stray')") < 2)
            {
                connection.Execute($"DROP INDEX IF EXISTS tasks_with_errors; {SqliteTables.LaterIndices}");
            }

            if (connection.QueryNumber("SELECT count(*) FROM sqlite_schema WHERE name = 'task_counts'") == 0)
            {
                connection.Execute(SqliteTables.Counts);
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            connection.TryExecute("ROLLBACK");
            throw;
        }
    }
}
