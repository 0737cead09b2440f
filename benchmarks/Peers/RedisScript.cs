using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Servers;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Peers;

/// <summary>A JSON string for each task, read, changed and written by one Lua script in the server.</summary>
internal sealed class RedisScript(RedisServer server) : IContender
{
    private const string Script = """
        local task = cjson.decode(redis.call('GET', KEYS[1]))
        local stage = task.stages[ARGV[1]]
        stage.units[ARGV[2]] = tonumber(ARGV[3])
        stage.metadata.message = ARGV[4]
        task.version = task.version + 1
        redis.call('SET', KEYS[1], cjson.encode(task))
        return task.version
        """;

    private ConnectionMultiplexer _redis = null!;
    private IDatabase _database = null!;
    private byte[] _script = [];

    public string Name => $"Redis {server.Version}, Lua script";

    public string Durability => "log fsynced (appendfsync always)";

    public async Task PrepareAsync(int tasks)
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(server.Endpoint);
        _database = _redis.GetDatabase();
        _script = await _redis.GetServers()[0].ScriptLoadAsync(Script);
        for (var task = 0; task < tasks; task++)
        {
            var state = SampleTask.Prepared(TaskId.Parse($"bench-{task:0000}"), TimeProvider.System.GetUtcNow());
            await _database.StringSetAsync(Key(task), JsonSerializer.SerializeToUtf8Bytes(state, TaskJson.Default.TaskState));
        }
    }

    public async Task ReportAsync(int task, int caller, long number) => await _database.ScriptEvaluateAsync(
        _script,
        [Key(task)],
        [
            SampleTask.StageOf(caller),
            SampleTask.SceneOf(caller),
            SampleTask.FractionOf(number).ToString("R", CultureInfo.InvariantCulture),
            SampleTask.MessageOf(caller, number),
        ]);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private static RedisKey Key(int task) => $"task:{task}";
}
