using Microsoft.Data.Sqlite;

namespace VideoGen.Storage.Sqlite;

/// <summary>Writes the bodies that have a row of their own, which are those that do not fit beside the columns of their record.</summary>
internal sealed class SqliteBodies(SqliteConnection connection) : IDisposable
{
    /// <summary>An update that is asked for the length finds a row of the same size, and SQLite writes only the pages of it that differ.</summary>
    private readonly SqliteStatement _updateInPlace = new(
        connection,
        "UPDATE bodies SET body = $Body WHERE record = $Row AND octet_length(body) = $BodyLength");

    private readonly SqliteStatement _replace = new(connection, "REPLACE INTO bodies (record, body) VALUES ($Row, $Body)");

    /// <param name="record">The number of the record's row.</param>
    /// <param name="body">Padded.</param>
    public void WriteInTransaction(long record, ReadOnlySpan<byte> body)
    {
        _updateInPlace.Bind(SqliteValue.Row, record);
        _updateInPlace.BindText(SqliteValue.Body, body);
        _updateInPlace.Bind(SqliteValue.BodyLength, body.Length);
        if (!_updateInPlace.ExecuteInTransaction())
        {
            _replace.Bind(SqliteValue.Row, record);
            _replace.BindText(SqliteValue.Body, body);
            _replace.ExecuteInTransaction();
        }
    }

    public void Dispose()
    {
        _updateInPlace.Dispose();
        _replace.Dispose();
    }
}
