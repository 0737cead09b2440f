using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>The reading connections of a database. A few are kept open while nobody reads. For any thread.</summary>
internal sealed class SqliteReaders(string path, TimeSpan busyTimeout) : IDisposable
{
    /// <summary>Connections that are kept open while nobody reads.</summary>
    private const int MaxIdle = 8;

    private readonly ConcurrentBag<SqliteReader> _idle = [];
    private volatile bool _closed;

    /// <summary>Reads by a connection that nobody else has meanwhile.</summary>
    /// <param name="what">Says what failed, for a person.</param>
    /// <param name="action">Reads.</param>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public T Use<T>(string what, Func<SqliteReader, T> action)
    {
        SqliteReader? reader = null;
        try
        {
            reader = _idle.TryTake(out var idle) ? idle : new SqliteReader(SqliteConnections.Open(path, busyTimeout, readOnly: true));
            var result = action(reader);
            Return(reader);
            return result;
        }
        catch (SqliteException exception)
        {
            reader?.Dispose();
            throw SqliteFaults.Explain(exception, path, what);
        }
        catch
        {
            // The record was damaged, the connection was not.
            Return(reader);
            throw;
        }
    }

    /// <summary>What is in use is closed when it comes back.</summary>
    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private void Return(SqliteReader? reader)
    {
        if (reader is null)
        {
            return;
        }

        if (_closed || _idle.Count >= MaxIdle)
        {
            reader.Dispose();
        }
        else
        {
            _idle.Add(reader);
        }
    }
}
