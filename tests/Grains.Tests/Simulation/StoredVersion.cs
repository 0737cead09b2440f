using System.Text.Json;
using VideoGen.Grains.Tasks;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>One durable version as the checker reads it: off the bytes alone, with nothing of the code under test.</summary>
internal sealed class StoredVersion
{
    public StoredVersion(Commit commit)
    {
        Commit = commit;
        var root = JsonDocument.Parse(commit.Json).RootElement;
        var record = root.GetProperty("commit");
        Version = record.GetProperty("version").GetInt64();
        Writes = record.GetProperty("writes").GetInt64();
        HighestToken = record.GetProperty("highest_token").GetInt64();
        var task = root.GetProperty("task");
        Task = task.ValueKind == JsonValueKind.Null ? null : task;
        foreach (var entry in record.GetProperty("ledger").GetProperty("entries").EnumerateArray())
        {
            var parts = entry.GetString()!.Split(':');
            var bytes = Convert.FromBase64String(parts[0].Replace('-', '+').Replace('_', '/') + "==");
            Operations[new Guid(bytes, bigEndian: true)] = long.Parse(parts[2], null);
        }
    }

    public Commit Commit { get; }

    public long Version { get; }

    public long Writes { get; }

    public long HighestToken { get; }

    public JsonElement? Task { get; }

    /// <summary>The remembered operations, and the version that each made.</summary>
    public Dictionary<Guid, long> Operations { get; } = [];

    public string? Status => Task?.GetProperty("status").GetString();

    public bool IsFinished => Status is "completed" or "failed" or "cancelled";

    public IEnumerable<JsonProperty> Stages => Task is { } task ? task.GetProperty("stages").EnumerateObject() : [];

    public IEnumerable<string> Texts => Task is { } task
        ? task.GetProperty("errors").EnumerateArray().Concat(task.GetProperty("warnings").EnumerateArray()).Select(text => text.GetString()!)
        : [];

    public JsonElement? Stage(string name) => Task is { } task && task.GetProperty("stages").TryGetProperty(name, out var stage) ? stage : null;

    public static long? TokenOf(JsonElement? stage) =>
        stage is { } present && present.TryGetProperty("lease", out var lease) && lease.ValueKind == JsonValueKind.Object ? lease.GetProperty("token").GetInt64() : null;

    public static int AttemptOf(JsonElement stage) => stage.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0;

    public override string ToString() => $"version {Version} ({Commit.ETag} at {Commit.At:HH:mm:ss.fff} by {Commit.By.ToString()[..4]})";
}
