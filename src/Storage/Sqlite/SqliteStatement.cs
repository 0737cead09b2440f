using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// A prepared statement of the writer. Each commit runs one for each record and two around them, and the library's command objects look every parameter up by
/// name and box its value, so this goes around them: names are looked up once, when the statement is prepared.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    /// <summary>Texts up to this many characters are made into UTF-8 on the stack.</summary>
    private const int ShortText = 128;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly string _sql;
    private readonly TimeSpan _patience;

    /// <summary>The position of each value in the statement; 0 where it has no such value.</summary>
    private readonly int[] _positions = new int[Enum.GetValues<SqliteValue>().Length];

    /// <summary>Bits of the values that were not bound yet.</summary>
    private long _unbound;

    /// <param name="connection">Open, and not closed before this.</param>
    /// <param name="sql">Its parameters are <c>$</c> and a name of <see cref="SqliteValue"/>.</param>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        _patience = TimeSpan.FromSeconds(connection.DefaultTimeout);
        _sql = sql;
        Check(sqlite3_prepare_v2(_database, sql, out _statement));
        for (var position = sqlite3_bind_parameter_count(_statement); position > 0; position--)
        {
            var value = Enum.Parse<SqliteValue>(sqlite3_bind_parameter_name(_statement, position).utf8_to_string().TrimStart('$'));
            _positions[(int)value] = position;
            _unbound |= 1L << (int)value;
        }
    }

    public void Bind(SqliteValue value, string? text)
    {
        if (text is null)
        {
            BindNull(value);
        }
        else if (text.Length <= ShortText)
        {
            Span<byte> utf8 = stackalloc byte[ShortText * 3];
            BindText(value, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }
        else
        {
            BindText(value, Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Binds a text, of which SQLite takes a copy.</summary>
    public void BindText(SqliteValue value, ReadOnlySpan<byte> utf8) => Check(sqlite3_bind_text(_statement, PositionOf(value), utf8));

    /// <summary>Binds bytes, of which SQLite takes a copy.</summary>
    public void BindBytes(SqliteValue value, ReadOnlySpan<byte> bytes) =>
        Check(bytes.IsEmpty ? sqlite3_bind_zeroblob(_statement, PositionOf(value), 0) : sqlite3_bind_blob(_statement, PositionOf(value), bytes));

    public void Bind(SqliteValue value, long? number)
    {
        if (number is { } integer)
        {
            Check(sqlite3_bind_int64(_statement, PositionOf(value), integer));
        }
        else
        {
            BindNull(value);
        }
    }

    public void Bind(SqliteValue value, double? number)
    {
        if (number is { } real)
        {
            Check(sqlite3_bind_double(_statement, PositionOf(value), real));
        }
        else
        {
            BindNull(value);
        }
    }

    /// <summary>Runs a statement within a transaction, which has the lock already, so that BUSY is an error at once. True when it changed a row.</summary>
    public bool ExecuteInTransaction()
    {
        Step();
        return sqlite3_changes(_database) > 0;
    }

    /// <summary>The same for a statement that returns the number of the row that it changed; null when it changed none.</summary>
    public long? ExecuteInTransactionReturningRow() => Step();

    /// <summary>
    /// Runs a statement that begins or ends a transaction, and waits on BUSY. SQLite itself waits where another connection holds the lock, but for a few
    /// moments at which it answers BUSY at once; then it is tried again here, for as long as the connection's commands would wait.
    /// </summary>
    public void ExecuteWaitingForLock()
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

    /// <summary>The number that the first row of the result begins with, if there is one.</summary>
    private long? Step()
    {
        if (_unbound != 0)
        {
            throw new InvalidOperationException($"The value {(SqliteValue)long.TrailingZeroCount(_unbound)} of '{_sql}' was never bound.");
        }

        var result = sqlite3_step(_statement);
        long? returned = null;
        if (result == SQLITE_ROW)
        {
            returned = sqlite3_column_int64(_statement, 0);
            result = sqlite3_step(_statement);
        }

        // Resetting repeats the error of the step. What is bound stays bound until it is bound anew for the next row.
        sqlite3_reset(_statement);
        if (result != SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }

        return returned;
    }

    private int PositionOf(SqliteValue value)
    {
        _unbound &= ~(1L << (int)value);
        return _positions[(int)value] is > 0 and var position ? position : throw new InvalidOperationException($"There is no value {value} in '{_sql}'.");
    }

    private void BindNull(SqliteValue value) => Check(sqlite3_bind_null(_statement, PositionOf(value)));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
