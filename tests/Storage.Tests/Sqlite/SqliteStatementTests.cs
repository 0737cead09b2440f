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
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES (?1, ?2, ?3)");
        insert.Bind(1, text);
        insert.Bind(2, long.MinValue);
        insert.Bind(3, 0.1);
        Assert.True(insert.Execute());
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
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES ('a', ?1, ?2)");
        insert.Bind(1, (long?)null);
        insert.Bind(2, (double?)null);
        insert.Execute();
        Assert.Equal(1, _connection.QueryNumber("SELECT count(*) FROM t WHERE number IS NULL AND real IS NULL"));
    }

    [Fact]
    public void Statement_ThatChangesNothing_SaysSo()
    {
        using var update = new SqliteStatement(_connection, "UPDATE t SET number = 1 WHERE text = ?1");
        update.Bind(1, "absent");
        Assert.False(update.Execute());
    }

    [Fact]
    public void Statement_ThatFailed_ThrowsAndCanRunAgain()
    {
        using var insert = new SqliteStatement(_connection, "INSERT INTO t VALUES (?1, 1, 1)");
        insert.Bind(1, "a");
        Assert.True(insert.Execute());
        Assert.Equal(19, Assert.Throws<SqliteException>(() => insert.Execute()).SqliteErrorCode);
        insert.Bind(1, "b");
        Assert.True(insert.Execute());
    }

    [Fact]
    public void Transaction_ThatCannotEnd_Throws()
    {
        using var commit = new SqliteStatement(_connection, "COMMIT");
        Assert.Equal(1, Assert.Throws<SqliteException>(commit.Run).SqliteErrorCode);
        using var begin = new SqliteStatement(_connection, "BEGIN IMMEDIATE");
        begin.Run();
        commit.Run();
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
        var waiting = new Thread(() => failure = Record.Exception(begin.Run));
        waiting.Start();
        Assert.True(SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)), "It did not wait.");
        one.Execute("COMMIT");
        waiting.Join();
        Assert.Null(failure);

        using var impatient = new SqliteStatement(one, "BEGIN IMMEDIATE");
        Assert.Equal(5, Assert.Throws<SqliteException>(impatient.Run).SqliteErrorCode);
    }

    public void Dispose() => _connection.Dispose();
}
