using Microsoft.Data.Sqlite;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class SqliteStatementTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public SqliteStatementTests()
    {
        _connection.Open();
        _connection.Execute("CREATE TABLE t (text TEXT UNIQUE, number INTEGER, real REAL) STRICT");
    }

    public static TheoryData<string?> Texts => [(string?)null, "", "a", "a\0b", "\u00fc\ud83c\udfac", new string('\u20ac', 128), new string('\u20ac', 129)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Text_Bound_IsThatText(string? text)
    {
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES ($Key, $Version, $Progress)");
        insert.Bind(SqliteValue.Key, text);
        insert.Bind(SqliteValue.Version, long.MinValue);
        insert.Bind(SqliteValue.Progress, 0.1);
        Assert.True(insert.ExecuteInTransaction());
        using var read = _connection.Prepare("SELECT typeof(text), hex(text), number, real FROM t");
        using var row = read.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal(text is null ? "null" : "text", row.GetString(0));
        Assert.Equal(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text ?? "")), row.GetString(1));
        Assert.Equal((long.MinValue, 0.1), (row.GetInt64(2), row.GetDouble(3)));
    }

    [Fact]
    public void NoNumber_IsNull()
    {
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES ('a', $Version, $Progress)");
        insert.Bind(SqliteValue.Version, (long?)null);
        insert.Bind(SqliteValue.Progress, (double?)null);
        insert.ExecuteInTransaction();
        Assert.Equal(1, _connection.QueryNumber("SELECT count(*) FROM t WHERE number IS NULL AND real IS NULL"));
    }

    /// <summary>Else a statement would run with what another one means by that position, or with null.</summary>
    [Fact]
    public void Value_ThatIsNotInTheStatementOrWasForgotten_IsABug()
    {
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES ($Key, $Version, 1)");
        Assert.Throws<InvalidOperationException>(() => insert.Bind(SqliteValue.Status, "running"));
        insert.Bind(SqliteValue.Key, "a");
        Assert.Contains("Version", Assert.Throws<InvalidOperationException>(() => insert.ExecuteInTransaction()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statement_ThatChangesNothing_SaysSo()
    {
        using var update = new SqliteStatement(_connection, "UPDATE t SET number = 1 WHERE text = $Key");
        update.Bind(SqliteValue.Key, "absent");
        Assert.False(update.ExecuteInTransaction());
    }

    [Fact]
    public void Statement_ThatFailed_ThrowsAndCanRunAgain()
    {
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES ($Key, 1, 1)");
        insert.Bind(SqliteValue.Key, "a");
        Assert.True(insert.ExecuteInTransaction());
        Assert.Equal(19, Assert.Throws<SqliteException>(() => insert.ExecuteInTransaction()).SqliteErrorCode);
        insert.Bind(SqliteValue.Key, "b");
        Assert.True(insert.ExecuteInTransaction());
    }

    [Fact]
    public void Transaction_ThatCannotEnd_Throws()
    {
        using var commit = new SqliteStatement(_connection, "COMMIT");
        Assert.Equal(1, Assert.Throws<SqliteException>(commit.ExecuteWaitingForLock).SqliteErrorCode);
        using var begin = new SqliteStatement(_connection, "BEGIN IMMEDIATE");
        begin.ExecuteWaitingForLock();
        commit.ExecuteWaitingForLock();
    }

    /// <summary>Without a handler, SQLite says at once that the database is busy, as it does at a few moments with one.</summary>
    [Fact]
    public void Transaction_OfAnother_IsWaitedForUntilItEndsOrThePatienceDoes()
    {
        using var folder = new TempFolder();
        using var one = SqliteConnections.Open(folder.File("t.db"), TimeSpan.FromSeconds(1), readOnly: false);
        using var other = SqliteConnections.Open(folder.File("t.db"), TimeSpan.FromMinutes(2), readOnly: false);
        one.Execute("PRAGMA busy_timeout = 0");
        other.Execute("PRAGMA busy_timeout = 0");
        one.Execute("BEGIN IMMEDIATE");
        using var begin = new SqliteStatement(other, "BEGIN IMMEDIATE");
        Exception? failure = null;
        var waiting = new Thread(() => failure = Record.Exception(begin.ExecuteWaitingForLock));
        waiting.Start();
        Assert.True(SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)), "It did not wait.");
        one.Execute("COMMIT");
        waiting.Join();
        Assert.Null(failure);

        using var impatient = new SqliteStatement(one, "BEGIN IMMEDIATE");
        Assert.Equal(5, Assert.Throws<SqliteException>(impatient.ExecuteWaitingForLock).SqliteErrorCode);
    }

    public void Dispose() => _connection.Dispose();
}
