using System.Text.Json;

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
        var ledger = record.GetProperty("ledger");
        var forgotten = ledger.TryGetProperty("forgotten", out var number) ? number.GetInt32() : 0;
        foreach (var part in ledger.GetProperty("entries").EnumerateArray())
        {
            ReadOperations(Convert.FromBase64String(part.GetString()!), forgotten);
            forgotten = 0;
        }
    }

    public Commit Commit { get; }

    public long Version { get; }

    public long Writes { get; }

    public long HighestToken { get; }

    public JsonElement? Task { get; }

    /// <summary>The remembered operations that took effect, and the version that each made.</summary>
    public Dictionary<Guid, long> Operations { get; } = [];

    /// <summary>The remembered operations that were refused or changed nothing, and the version that each met.</summary>
    public Dictionary<Guid, long> WithoutEffect { get; } = [];

    public string? Status => Task?.GetProperty("status").GetString();

    public bool IsFinished => Status is "completed" or "failed" or "cancelled";

    public string? StagesText => Task?.GetProperty("stages").GetRawText();

    public IEnumerable<JsonProperty> Stages => Task is { } task ? task.GetProperty("stages").EnumerateObject() : [];

    public IEnumerable<string> Texts => Task is { } task
        ? task.GetProperty("errors").EnumerateArray().Concat(task.GetProperty("warnings").EnumerateArray()).Select(text => text.GetString()!)
        : [];

    public JsonElement? Stage(string name) => Task is { } task && task.GetProperty("stages").TryGetProperty(name, out var stage) ? stage : null;

    public static long? TokenOf(JsonElement? stage) =>
        stage is { } present && present.TryGetProperty("lease", out var lease) && lease.ValueKind == JsonValueKind.Object
            ? lease.GetProperty("token").GetInt64()
            : null;

    public static string? MessageOf(JsonElement stage) => stage.GetProperty("metadata").TryGetProperty("message", out var message) ? message.GetString() : null;

    public static int AttemptOf(JsonElement stage) => stage.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0;

    /// <summary>Forgotten are the first ones of the ledger, which stay within its first part.</summary>
    private void ReadOperations(byte[] packed, int forgotten)
    {
        using var reader = new BinaryReader(new MemoryStream(packed));
        var (time, version) = (0L, 0L);
        for (var i = 0; reader.BaseStream.Position < packed.Length; i++)
        {
            time += ReadNumber(reader);
            var rest = Convert.ToHexString(reader.ReadBytes(10));
            _ = reader.ReadInt32();
            version += ReadNumber(reader);
            var hadEffect = ReadNumber(reader) >= 0;
            if (i < forgotten)
            {
                continue;
            }

            (hadEffect ? Operations : WithoutEffect)[Guid.ParseExact($"{time:x12}{rest}", "N")] = version;
        }
    }

    /// <summary>Even numbers stand for 0, 1, 2, …, odd ones for -1, -2, ….</summary>
    private static long ReadNumber(BinaryReader reader)
    {
        var number = (ulong)reader.Read7BitEncodedInt64();
        return number % 2 == 0 ? (long)(number / 2) : -(long)(number / 2) - 1;
    }

    public override string ToString() => $"version {Version} ({Commit.ETag} at {Commit.At:HH:mm:ss.fff} by {Commit.By.ToString()[..4]})";
}
