using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Servers;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>A row with a jsonb column for each task, changed in the server by one prepared statement, over a pool of connections.</summary>
internal sealed class PostgresRow(PostgresServer server, int connections) : IContender
{
    private const string Update = """
        UPDATE tasks SET state = jsonb_set(jsonb_set(jsonb_set(state, $2, $3), $4, $5), '{version}', to_jsonb((state ->> 'version')::bigint + 1))
        WHERE id = $1 RETURNING (state ->> 'version')::bigint
        """;

    private readonly Channel<NpgsqlCommand> _pool = Channel.CreateUnbounded<NpgsqlCommand>();
    private readonly List<NpgsqlConnection> _connections = [];

    public string Name => $"PostgreSQL {server.Version}, jsonb update, {connections} connection(s)";

    public string Durability => PostgresServer.Durability;

    public async Task PrepareAsync(int tasks)
    {
        for (var i = 0; i < connections; i++)
        {
            var connection = new NpgsqlConnection(server.ConnectionString);
            await connection.OpenAsync();
            _connections.Add(connection);
        }

        await ExecuteAsync("DROP TABLE IF EXISTS tasks; CREATE TABLE tasks (id int PRIMARY KEY, state jsonb NOT NULL) WITH (fillfactor = 50)");
        for (var task = 0; task < tasks; task++)
        {
            var state = SampleTask.Prepared(TaskId.Parse($"bench-{task:0000}"), TimeProvider.System.GetUtcNow());
            await using var insert = new NpgsqlCommand("INSERT INTO tasks VALUES ($1, $2)", _connections[0]);
            insert.Parameters.AddWithValue(task);
            insert.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(state, TaskJson.Default.TaskState));
            await insert.ExecuteNonQueryAsync();
        }

        foreach (var connection in _connections)
        {
            _pool.Writer.TryWrite(await PrepareUpdateAsync(connection));
        }
    }

    public async Task ReportAsync(int task, int caller, long number)
    {
        var command = await _pool.Reader.ReadAsync();
        var stage = SampleTask.StageOf(caller);
        command.Parameters[0].Value = task;
        command.Parameters[1].Value = new[] { "stages", stage, "units", SampleTask.SceneOf(caller) };
        command.Parameters[2].Value = SampleTask.FractionOf(number).ToString("R", CultureInfo.InvariantCulture);
        command.Parameters[3].Value = new[] { "stages", stage, "metadata", "message" };
        command.Parameters[4].Value = $"\"{SampleTask.MessageOf(caller, number)}\"";
        try
        {
            _ = await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("The row is not there.");
        }
        finally
        {
            _pool.Writer.TryWrite(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static async Task<NpgsqlCommand> PrepareUpdateAsync(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Update, connection);
        foreach (var type in (ReadOnlySpan<NpgsqlDbType>)
            [NpgsqlDbType.Integer, NpgsqlDbType.Array | NpgsqlDbType.Text, NpgsqlDbType.Jsonb, NpgsqlDbType.Array | NpgsqlDbType.Text, NpgsqlDbType.Jsonb])
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        }

        await command.PrepareAsync();
        return command;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connections[0]);
        await command.ExecuteNonQueryAsync();
    }
}
