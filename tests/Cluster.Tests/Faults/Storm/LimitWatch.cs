using Microsoft.Data.Sqlite;

namespace VideoGen.Cluster.Tests.Faults.Storm;

/// <summary>Looks at the rows of a limit's holders in the database itself, again and again, with nothing of the code under test.</summary>
internal sealed class LimitWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly string _database;
    private readonly string _limit;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watching;

    public LimitWatch(string database, string limit)
    {
        _database = database;
        _limit = limit;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>The most slots that were ever seen taken at once.</summary>
    public long Most { get; private set; }

    public int Looks { get; private set; }

    /// <summary>How many slots are taken now.</summary>
    public long Read()
    {
        using var connection = new SqliteConnection($"Data Source={_database};Mode=ReadOnly");
        connection.Open();
        return Count(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        _ending.Dispose();
    }

    private async Task WatchAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={_database};Mode=ReadOnly");
        await connection.OpenAsync();
        while (!_ending.IsCancellationRequested)
        {
            Most = Math.Max(Most, Count(connection));
            Looks++;
            await Task.Delay(Interval);
        }
    }

    private long Count(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(sum(weight), 0) FROM held WHERE name = $limit";
        command.Parameters.AddWithValue("$limit", _limit);
        return (long)command.ExecuteScalar()!;
    }
}
