using Microsoft.Data.Sqlite;

namespace VideoGen.Storage.Sqlite;

/// <summary>Writes the bodies that have a row of their own, which are those that do not fit beside the columns of their record.</summary>
internal sealed class SqliteBodies(SqliteConnection connection) : IDisposable
{
    /// <summary>Asked of its length, SQLite knows that the row keeps its size, and writes over those pages of it that differ.</summary>
    private readonly SqliteStatement _over = new(connection, "UPDATE bodies SET body = ?2 WHERE record = ?1 AND octet_length(body) = ?3");

    private readonly SqliteStatement _anew = new(connection, "REPLACE INTO bodies (record, body) VALUES (?1, ?2)");

    /// <param name="record">The number of its row.</param>
    /// <param name="body">With the blanks after it.</param>
    public void Write(long record, ReadOnlySpan<byte> body)
    {
        _over.Bind(1, record);
        _over.BindText(2, body);
        _over.Bind(3, body.Length);
        if (!_over.Execute())
        {
            _anew.Bind(1, record);
            _anew.BindText(2, body);
            _anew.Execute();
        }
    }

    public void Dispose()
    {
        _over.Dispose();
        _anew.Dispose();
    }
}
