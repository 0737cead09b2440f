using System.Globalization;
using Microsoft.Data.Sqlite;

namespace VideoGen.Storage.Sqlite;

/// <summary>How connections to the database are opened, and the small verbs on them.</summary>
internal static class SqliteConnections
{
    /// <summary>
    /// The pages of a new database. Most commits write one page for each task, so half the default is half the bytes; on smaller ones there is little space for
    /// deltas, and bodies are written whole more often.
    /// </summary>
    private const int PageSize = 2048;

    /// <summary>What the writing connection keeps of the database in memory, so that tasks that are written again are not read first.</summary>
    private const int CacheKibibytes = 32 * 1024;

    /// <summary>The log file is cut back to this after a burst.</summary>
    private const int MaxIdleLogBytes = 132 * 1024 * 1024;

    public static SqliteConnection Open(string path, TimeSpan busyTimeout, bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,

            // SQLite's own handler waits in small steps. The library's loop around it covers the few moments in which SQLite does not ask its handler.
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busyTimeout.TotalSeconds)),
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}"));
            if (!readOnly)
            {
                connection.Execute($"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;");
                connection.Execute($"PRAGMA cache_size = -{CacheKibibytes}; PRAGMA journal_size_limit = {MaxIdleLogBytes}");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>For the way out of a failure, whose own exception is the one that counts.</summary>
    public static void TryExecute(this SqliteConnection connection, string sql)
    {
        try
        {
            connection.Execute(sql);
        }
        catch (SqliteException)
        {
        }
    }

    public static long QueryNumber(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public static SqliteCommand Prepare(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }
}
