using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks.Notices;

/// <summary>
/// What a task has to tell subscribers: its events, and for each subscription those that wait to be told. It is stored with the task, in the transaction of the
/// change that it tells of, so no crash comes between the two. A task that nobody subscribed to has none. Immutable; see <see cref="NoticeRules"/>.
/// </summary>
public sealed class TaskNotices
{
    private byte[]? _json;

    /// <param name="last">The number of the newest event.</param>
    /// <param name="events">In the order of their numbers.</param>
    /// <param name="lines">By the id of the subscription.</param>
    [JsonConstructor]
    public TaskNotices(long last, ImmutableArray<TaskNotice> events, ImmutableSortedDictionary<string, NoticeLine>? lines)
    {
        Last = last;
        Events = events.IsDefault ? [] : events;
        Lines = lines ?? NoLines;
    }

    private static readonly ImmutableSortedDictionary<string, NoticeLine> NoLines =
        ImmutableSortedDictionary.Create<string, NoticeLine>(StringComparer.Ordinal);

    public static TaskNotices None { get; } = new(0, [], null);

    public long Last { get; }

    public ImmutableArray<TaskNotice> Events { get; }

    public ImmutableSortedDictionary<string, NoticeLine> Lines { get; }

    /// <summary>The event of that number, or null.</summary>
    public TaskNotice? Find(long number)
    {
        var index = Events.BinarySearch(new TaskNotice { Number = number }, TaskNotice.ByNumber);
        return index >= 0 ? Events[index] : null;
    }

    /// <summary>The first moment at which something is to be told; null when nothing waits.</summary>
    /// <param name="written">When this was stored: what waits and failed not yet is due since then.</param>
    internal DateTimeOffset? NextDue(DateTimeOffset written)
    {
        DateTimeOffset? next = null;
        foreach (var (_, line) in Lines)
        {
            if (!line.Waiting.IsEmpty && (line.Due ?? written) is var due && !(next <= due))
            {
                next = due;
            }
        }

        return next;
    }

    /// <summary>As it is stored.</summary>
    internal ReadOnlyMemory<byte> Json => _json ??= JsonSerializer.SerializeToUtf8Bytes(this, NoticesJson.Default.TaskNotices);
}

/// <summary>One event: a task or one of its stages has another status since a commit.</summary>
public sealed record TaskNotice
{
    internal static readonly Comparer<TaskNotice> ByNumber = Comparer<TaskNotice>.Create((one, other) => one.Number.CompareTo(other.Number));

    /// <summary>Rises by one from event to event of a task.</summary>
    public long Number { get; init; }

    /// <summary>See <see cref="NoticeTypes"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The version of the task that the change made.</summary>
    public long Version { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The status before; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>The full name; null for an event of the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempt { get; init; }

    /// <summary>Of what failed, cut to <see cref="NoticeRules.MaxErrorLength"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <summary>What one subscription is still to be told by one task, in order. Another subscription or another task is not held up by it.</summary>
public sealed record NoticeLine
{
    /// <summary>Numbers of events; the first is told first, and no other one before it was taken or given up.</summary>
    public ImmutableArray<long> Waiting { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Numbers of events that were given up. They are told again when somebody asks for it.</summary>
    public ImmutableArray<long> Failed { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Tries of the first that waits, so far.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attempt { get; init; }

    /// <summary>Not before this; null for at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Due { get; init; }

    /// <summary>Events that made room for newer ones before they were told. The next notice says how many.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Missed { get; init; }
}

/// <summary>The stored form, as it stands in the record of a commit.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TaskNotices))]
internal sealed partial class NoticesJson : JsonSerializerContext
{
}
