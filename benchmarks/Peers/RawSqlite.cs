using Microsoft.Data.Sqlite;

namespace VideoGen.Benchmarks.Peers;

/// <summary>
/// The least that a durable update on SQLite can cost: one prepared, conditional update of the same bytes in a transaction of its own. The bodies are the
/// successive documents of a task, one after the other and again from the first: SQLite does not write a page that stays as it is.
/// </summary>
internal sealed class RawSqlite : IDisposable
{
    private readonly byte[][] _bodies;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _update;
    private long _etag;

    public RawSqlite(string folder, byte[][] bodies)
    {
        _bodies = bodies;
        _connection = new SqliteConnection($"Data Source={Path.Combine(Directory.CreateDirectory(folder).FullName, "raw.db")};Pooling=False");
        _connection.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; "
            + "CREATE TABLE tasks (id TEXT PRIMARY KEY, etag TEXT NOT NULL, body TEXT NOT NULL)");
        Run("INSERT INTO tasks VALUES ('task', '0', '')");
        _update = _connection.CreateCommand();
        _update.CommandText = "UPDATE tasks SET etag = $etag, body = CAST($body AS TEXT) WHERE id = 'task' AND etag = $expected";
        _update.Parameters.AddWithValue("$etag", "");
        _update.Parameters.AddWithValue("$body", bodies[0]);
        _update.Parameters.AddWithValue("$expected", "");
        _update.Prepare();
    }

    public void Update()
    {
        _update.Parameters[2].Value = $"{_etag}";
        _update.Parameters[1].Value = _bodies[_etag % _bodies.Length];
        _update.Parameters[0].Value = $"{++_etag}";
        if (_update.ExecuteNonQuery() != 1)
        {
            throw new InvalidOperationException("The row was not changed.");
        }
    }

    public void Dispose()
    {
        _update.Dispose();
        _connection.Dispose();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
