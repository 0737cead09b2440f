using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Stored;

/// <summary>
/// What storage holds of a task: the state, and the record of the commit that wrote it. JSON: <c>{"task": {...} or null, "commit": {...}}</c>.
/// </summary>
/// <remarks>
/// A plain class with a parameterless constructor, because storage providers make one for a record that is not there. An instance that was
/// written or loaded is never changed again.
/// </remarks>
[DataContract]
public sealed class TaskDocument : IIndexedDocument
{
    private TaskState? _state;
    private byte[]? _stateJson;
    private Utf8Rope? _json;
    private TaskSchedule? _schedule;

    /// <summary>The stages of the schedule, where they are known before the rest of it.</summary>
    private ImmutableArray<ReadyStage> _ready;

    public TaskDocument()
    {
        Commit = new CommitRecord();
    }

    public TaskDocument(TaskState? state, CommitRecord commit)
    {
        _state = state;
        Commit = commit;
    }

    /// <param name="state">What the commit makes of the task.</param>
    /// <param name="commit">The record of the commit.</param>
    /// <param name="before">The document that the state was made of: what did not change of its schedule is not made again.</param>
    internal TaskDocument(TaskState? state, CommitRecord commit, TaskDocument before)
        : this(state, commit)
    {
        if (state is not null && before is { _schedule: { } known, State: { } former } && StageSchedules.HaveSameReady(former, state))
        {
            _ready = known.Ready;
        }
    }

    /// <summary>Null when the task does not exist or was deleted.</summary>
    [JsonIgnore]
    public TaskState? State => _state;

    [JsonIgnore]
    public CommitRecord Commit { get; private set; }

    /// <summary>The document's stored form, for providers that serialize plain properties.</summary>
    [DataMember]
    public string Json
    {
        get => Encoding.UTF8.GetString(ToUtf8Json().ToMemory().Span);
        set => Load(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>The state alone, as the bytes that stand in the document; empty when there is no state.</summary>
    [JsonIgnore]
    public byte[] StateJson => _stateJson ??= _state is null ? [] : Write(scratch => TaskJsonWriter.Write(scratch, _state)).ToArray();

    /// <summary>Shares with the document before what did not change: stages, and parts of the ledger.</summary>
    public Utf8Rope ToUtf8Json() => _json ??= Write(Write);

    /// <summary>Lets go of the bytes that are of this document alone; asked again, it makes them again.</summary>
    internal void ReleaseBytes() => _json = null;

    public void Load(ReadOnlyMemory<byte> utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("task"u8, out var task) || !root.TryGetProperty("commit"u8, out var commit))
        {
            throw new JsonException("The record is not a task document: it needs the members 'task' and 'commit'.");
        }

        var record = commit.Deserialize(CommitJson.Default.CommitRecord) ?? throw new JsonException("The record of the commit is null.");
        if (record.Schema is < 1 or > CommitRecord.CurrentSchema)
        {
            throw new JsonException(
                $"The record has schema version {record.Schema}; this program reads up to {CommitRecord.CurrentSchema}. Use a newer program.");
        }

        var state = task.Deserialize(TaskJson.Default.TaskState);
        if (state is not null && state.Version != record.Version)
        {
            throw new JsonException($"The record was edited: its task says version {state.Version}, its commit {record.Version}.");
        }

        _state = state;
        _stateJson = state is null ? [] : JsonMarshal.GetRawUtf8Value(task).ToArray();
        Commit = record;
        _schedule = null;
        _ready = default;
        _json = utf8Json.ToArray();
    }

    public TaskSummary GetSummary(DateTimeOffset now) => TaskSummaries.Of(this, now);

    public TaskSchedule GetSchedule() => _schedule ??= WithNotices(
        _state is null ? TaskSchedule.Nothing
        : _ready.IsDefault ? StageSchedules.Of(_state)
        : new TaskSchedule(_ready, StageSchedules.NextDue(_state)) { Held = StageSchedules.Held(_state) });

    /// <summary>What is to be told wakes the task as well, be it finished or deleted.</summary>
    private TaskSchedule WithNotices(TaskSchedule schedule) =>
        TaskSchedule.Round(Commit.Notices?.NextDue(Commit.WrittenAt)) is { } due && !(schedule.NextDue <= due) ? schedule with { NextDue = due } : schedule;

    private void Write(PooledJson scratch)
    {
        var writer = scratch.Writer;
        writer.WriteStartObject();
        writer.WritePropertyName("task"u8);
        if (_state is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            TaskJsonWriter.Write(scratch, _state);
        }

        writer.WritePropertyName("commit"u8);
        CommitJsonWriter.Write(scratch, Commit);
        writer.WriteEndObject();
    }

    private static Utf8Rope Write(Action<PooledJson> write)
    {
        using var scratch = PooledJson.Take();
        write(scratch);
        return scratch.ToPieces();
    }
}

/// <summary>Who wrote a document, what it remembers of earlier operations, and the counters that must survive a deletion.</summary>
public sealed record CommitRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The activation that wrote it: together with <see cref="Sequence"/>, the stamp by which a writer knows its own write.</summary>
    public Guid Writer { get; init; }

    /// <summary>Counts the writes of that activation.</summary>
    public long Sequence { get; init; }

    /// <summary>The task's id; also there when the task is deleted.</summary>
    public string TaskId { get; init => field = value ?? ""; } = "";

    /// <summary>The task's version; it goes on rising when a deleted task is created again (T3).</summary>
    public long Version { get; init; }

    /// <summary>Writes of the task in all.</summary>
    public long Writes { get; init; }

    /// <summary>The highest lease token given out (T7).</summary>
    public long HighestToken { get; init; }

    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Recent operations, the oldest first.</summary>
    public OperationLedger Ledger { get; init => field = value ?? OperationLedger.Empty; } = OperationLedger.Empty;

    /// <summary>What subscribers are to be told of the task; null where nobody subscribed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskNotices? Notices { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? UnknownFields { get; set; }
}
