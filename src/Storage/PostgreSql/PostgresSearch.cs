using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// Brings up what tasks are ordered and searched by where a program wrote the record that does not know of it (<see cref="PostgresSchema"/>).
/// </summary>
/// <param name="database">The database.</param>
/// <param name="read">Reads a record.</param>
/// <param name="isReader">Whether it only looks into the database, and changes nothing.</param>
internal sealed class PostgresSearch(PostgresDatabase database, Func<RecordKey, CancellationToken, ValueTask<StoredRecord?>> read, bool isReader)
{
    /// <summary>Records that are brought up between two looks.</summary>
    private const int Step = 500;

    /// <exception cref="NotSupportedException">A reader found that there is something to bring up.</exception>
    public async Task BringUpForAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        if (query is not ({ Sort: TaskSort.Priority } or { Error: not null }))
        {
            return;
        }

        await using var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        while (await FindAsync(connection, cancellationToken).ConfigureAwait(false) is { Count: > 0 } tasks)
        {
            if (isReader)
            {
                throw new NotSupportedException(
                    "An older program wrote some of the tasks, which have to be brought up before they are sorted by priority or searched by their errors. "
                    + "Ask a silo, which does that.");
            }

            foreach (var (id, etag) in tasks)
            {
                await BringUpAsync(connection, id, etag, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<List<(string Id, string ETag)>> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, etag FROM records WHERE priority IS NULL AND status IS NOT NULL ORDER BY id LIMIT $1", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Step });
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<(string, string)>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add((row.GetString(0), row.GetString(1)));
        }

        return found;
    }

    /// <summary>One that was written meanwhile is left to the next look.</summary>
    private async Task BringUpAsync(NpgsqlConnection connection, string id, string etag, CancellationToken cancellationToken)
    {
        var summary = await SummarizeAsync(id, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"UPDATE records SET priority = $1, errors = $2, searched = checksum WHERE kind = '{RecordKey.TaskKind}' AND id = $3 AND etag = $4", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = summary?.Priority ?? 0 });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)summary?.Errors ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = etag });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null for a record that cannot be read: whoever asks for that task is told what is wrong with it.</summary>
    private async Task<TaskSummary?> SummarizeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (TaskId.TryParse(id, out var task, out _) && await read(RecordKey.Of(task), cancellationToken).ConfigureAwait(false) is { } record)
            {
                var document = new TaskDocument();
                document.Load(record.Body);
                return document.GetSummary(document.Commit.WrittenAt);
            }

            return null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or StoreException { Fault: StoreFault.DamagedRecord })
        {
            return null;
        }
    }
}
