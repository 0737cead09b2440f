using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// A prepared statement of the writer, with its values bound by position. Every commit runs one for each record, and two around them, which is why this goes around
/// the command objects of the library: those look each parameter up by name and box its value.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    /// <summary>Texts up to this many characters are made into UTF-8 on the stack.</summary>
    private const int ShortText = 128;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly TimeSpan _patience;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        _patience = TimeSpan.FromSeconds(connection.DefaultTimeout);
        Check(sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public void Bind(int position, string? value)
    {
        if (value is null)
        {
            BindNull(position);
        }
        else if (value.Length <= ShortText)
        {
            Span<byte> utf8 = stackalloc byte[ShortText * 3];
            BindText(position, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }
        else
        {
            BindText(position, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>Binds a text, of which SQLite takes a copy.</summary>
    public void BindText(int position, ReadOnlySpan<byte> utf8) => Check(sqlite3_bind_text(_statement, position, utf8));

    /// <summary>Binds bytes, of which SQLite takes a copy.</summary>
    public void BindBytes(int position, ReadOnlySpan<byte> bytes) =>
        Check(bytes.IsEmpty ? sqlite3_bind_zeroblob(_statement, position, 0) : sqlite3_bind_blob(_statement, position, bytes));

    public void Bind(int position, long? value)
    {
        if (value is { } number)
        {
            Check(sqlite3_bind_int64(_statement, position, number));
        }
        else
        {
            BindNull(position);
        }
    }

    public void Bind(int position, double? value)
    {
        if (value is { } number)
        {
            Check(sqlite3_bind_double(_statement, position, number));
        }
        else
        {
            BindNull(position);
        }
    }

    /// <summary>Runs the statement with what is bound; true when it changed a row.</summary>
    public bool Execute()
    {
        Step();
        return sqlite3_changes(_database) > 0;
    }

    /// <summary>Runs a statement that returns a number of the row that it changed; null when it changed none.</summary>
    public long? ExecuteReturning() => Step();

    /// <summary>The number that the first row of the result begins with, if there is one.</summary>
    private long? Step()
    {
        var result = sqlite3_step(_statement);
        long? returned = null;
        if (result == SQLITE_ROW)
        {
            returned = sqlite3_column_int64(_statement, 0);
            result = sqlite3_step(_statement);
        }

        // Resetting repeats the error of the step. What is bound stays bound, and is bound anew for the next row.
        sqlite3_reset(_statement);
        if (result != SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }

        return returned;
    }

    /// <summary>
    /// Runs a statement that begins or ends a transaction. SQLite waits by itself where another connection holds the lock; at a few moments it does not, and then it is
    /// tried again here, for as long as the connection's commands would.
    /// </summary>
    public void Run()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var result = sqlite3_step(_statement);
            sqlite3_reset(_statement);
            if (result == SQLITE_DONE)
            {
                return;
            }

            if (result != SQLITE_BUSY || Stopwatch.GetElapsedTime(started) >= _patience)
            {
                SqliteException.ThrowExceptionForRC(result, _database);
            }

            Thread.Sleep(BetweenAttempts);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void BindNull(int position) => Check(sqlite3_bind_null(_statement, position));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
