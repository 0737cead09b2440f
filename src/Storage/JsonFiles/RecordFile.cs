using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// The file of one task: the seed's state file, and under one member of its own what a cluster must remember beside the state: the ETag, a checksum and
/// the record of the commit. A file without that member is the Python system's, and is taken as it is.
/// </summary>
/// <param name="ETag">Of the record.</param>
/// <param name="Document">The task and the record of its commit.</param>
internal sealed record RecordFile(string ETag, TaskDocument Document)
{
    public const string OurMember = "videogen";

    /// <summary>Where our member begins in a file that nobody else changed: the checksum is of all before it, and of the record of the commit.</summary>
    private static ReadOnlySpan<byte> OurBeginning => "\n  \"videogen\": {"u8;

    /// <exception cref="FormatException">The file is damaged, or was edited by hand; the message says which.</exception>
    public static RecordFile Parse(byte[] content, string expectedId, TimeZoneInfo local, DateTimeOffset fileTime)
    {
        try
        {
            var root = SeedSyntax.Parse(content);
            if (root["task_id"]?.ToString() is var id && id != expectedId)
            {
                throw new FormatException($"It holds the task '{id}'.");
            }

            var ours = root[OurMember] as JsonObject;
            root.Remove(OurMember);
            return ours is null ? OfSeed(content, SeedStateFile.ToState(root, local), fileTime) : OfOurs(content, root, ours, local);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <summary>What is said of a file that <see cref="Parse"/> refused.</summary>
    public static StoreException Damaged(string folder, RecordKey key, string why) => new(
        StoreFault.DamagedRecord,
        $"The stored {key} cannot be used: {why} The file is {Path.Combine(folder, RecordFileNames.OfTask(key.Id))}; other tasks are not affected.");

    /// <summary>The whole content of the file for a stored document <c>{"task": ..., "commit": ...}</c>.</summary>
    public static byte[] Format(ReadOnlyMemory<byte> document, string taskId, string etag)
    {
        using var parsed = JsonDocument.Parse(document);
        var task = parsed.RootElement.GetProperty("task"u8);
        var commit = parsed.RootElement.GetProperty("commit"u8);
        var json = new PythonJson();
        json.BeginObject();
        if (task.ValueKind == JsonValueKind.Null)
        {
            json.Name("task_id", first: true);
            json.String(taskId);
        }
        else
        {
            SeedStateFile.WriteMembers(json, task);
        }

        json.Raw(","u8);
        var checksum = Checksum(json.Written.Span, etag, commit);
        json.Name(OurMember, first: true);
        json.BeginObject();
        json.Name("etag", first: true);
        json.String(etag);
        json.Name("checksum", first: false);
        json.String(checksum);
        json.Name("commit", first: false);
        json.Value(commit);
        json.EndObject();
        json.EndObject();
        return json.Written.ToArray();
    }

    private static RecordFile OfSeed(byte[] content, TaskState state, DateTimeOffset fileTime)
    {
        var commit = new CommitRecord
        {
            TaskId = state.TaskId.Value,
            Version = state.Version,
            HighestToken = state.Stages.Select(stage => stage.Lease?.Token ?? 0).DefaultIfEmpty(0).Max(),
            WrittenAt = fileTime,
        };
        return new RecordFile($"seed-{Convert.ToHexStringLower(XxHash128.Hash(content))}", new TaskDocument(state, commit));
    }

    private static RecordFile OfOurs(byte[] content, JsonObject root, JsonObject ours, TimeZoneInfo local)
    {
        var etag = ours["etag"]?.GetValue<string>() ?? throw new FormatException($"Its member '{OurMember}' has no ETag.");
        var record = (ours["commit"] ?? throw new FormatException($"Its member '{OurMember}' has no record of the commit."))
            .Deserialize(TaskJson.Default.JsonElement);
        var beginning = content.AsSpan().LastIndexOf(OurBeginning);
        if (beginning < 0 || ours["checksum"]?.GetValue<string>() != Checksum(content.AsSpan(0, beginning), etag, record))
        {
            throw new FormatException($"It was changed after it was written. Put it back as it was; or, to keep the change, remove its member '{OurMember}'.");
        }

        var commit = record.Deserialize(CommitJson.Default.CommitRecord)!;
        var state = root.ContainsKey("status") ? SeedStateFile.ToState(root, local) : null;
        return new RecordFile(etag, new TaskDocument(state, commit));
    }

    private static string Checksum(ReadOnlySpan<byte> task, string etag, JsonElement commit)
    {
        var hash = new XxHash3();
        hash.Append(task);
        hash.Append(System.Text.Encoding.UTF8.GetBytes(etag));
        hash.Append(JsonSerializer.SerializeToUtf8Bytes(commit, TaskJson.Default.JsonElement));
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }
}
