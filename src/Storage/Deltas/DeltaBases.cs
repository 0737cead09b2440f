using System.Collections.Immutable;
using System.IO.Hashing;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Deltas;

/// <summary>
/// The bodies that this process wrote whole, to diff the next ones against. Each is kept under the ETag of its row. An ETag is never used again, so a base that
/// is found under the ETag of the row is what the row holds, whatever another process wrote or a rollback took back.
/// </summary>
/// <remarks>Bounded: when it is full, the bases that were not asked for the longest go, about half of them at a time.</remarks>
internal sealed class DeltaBases(long maxBytes)
{
    private Dictionary<RecordKey, DeltaBase> _recent = [];
    private Dictionary<RecordKey, DeltaBase> _earlier = [];
    private long _recentBytes;

    /// <summary>The base in the row of that key and ETag, if it is known.</summary>
    public DeltaBase? Find(RecordKey key, string etag)
    {
        if (_recent.TryGetValue(key, out var known))
        {
            return known.ETag == etag ? known : null;
        }

        if (!_earlier.Remove(key, out known) || known.ETag != etag)
        {
            return null;
        }

        Set(key, known);
        return known;
    }

    public void Set(RecordKey key, DeltaBase known)
    {
        Remove(key);
        if (_recentBytes + known.Bytes > maxBytes / 2)
        {
            (_recent, _earlier, _recentBytes) = ([], _recent, 0);
        }

        if (known.Bytes <= maxBytes / 2)
        {
            _recent.Add(key, known);
            _recentBytes += known.Bytes;
        }
    }

    private void Remove(RecordKey key)
    {
        _earlier.Remove(key);
        if (_recent.Remove(key, out var known))
        {
            _recentBytes -= known.Bytes;
        }
    }
}

/// <summary>A schedule that is stored.</summary>
/// <param name="Value">The schedule.</param>
/// <param name="Hash">The checksum of its rows.</param>
internal readonly record struct StoredSchedule(TaskSchedule Value, long Hash)
{
    /// <summary>With its checksum, which most writes share with the one before.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="before">The base that the same record has so far, if it is known.</param>
    /// <param name="hash">To compute with.</param>
    public static StoredSchedule Of(TaskSchedule schedule, DeltaBase? before, XxHash3 hash) => new(
        schedule,
        before is not null && HaveSameRows(before.Schedule.Value, schedule) ? before.Schedule.Hash : ScheduleHash.Of(schedule, hash));

    /// <summary>Whether the index of schedules holds the same for both.</summary>
    public bool IsSame(StoredSchedule other) => Hash == other.Hash && Value.NextDue == other.Value.NextDue;

    private static bool HaveSameRows(TaskSchedule one, TaskSchedule other) => AreSame(one.Ready, other.Ready) && AreSame(one.Held, other.Held);

    private static bool AreSame<T>(ImmutableArray<T> one, ImmutableArray<T> other) => one == other || one.AsSpan().SequenceEqual(other.AsSpan());
}

/// <summary>A body that a row holds whole, and what is needed to write deltas of it.</summary>
/// <param name="document">The body, without the blanks that pad it.</param>
/// <param name="summary">What the row says of it in the columns that lists filter and sort by, when the body is written.</param>
/// <param name="deltaSpace">Bytes of the row for deltas.</param>
/// <param name="hash">Of the key and of the padded body.</param>
internal sealed class DeltaBase(Utf8Rope document, TaskSummary summary, int deltaSpace, XxHash3 hash)
{
    /// <summary>Memory for the summary, the state of the hash, the schedule and the entry in the table, about.</summary>
    private const int OverheadBytes = 1_200;

    /// <summary>The number of the row, where rows have numbers.</summary>
    public long Row { get; init; }

    /// <summary>Memory that it takes, about. Of a small document most is not the body.</summary>
    public int Bytes => document.Length + OverheadBytes;

    public Utf8Rope Document => document;

    public int DeltaSpace => deltaSpace;

    public XxHash3 Hash => hash;

    /// <summary>What the row says of the body now in those columns.</summary>
    public TaskSummary Summary { get; set; } = summary;

    /// <summary>Whether a delta alone can stand for that summary: the columns that lists filter and sort by stay as they are.</summary>
    public bool IsListedAs(TaskSummary? other) =>
        other is not null && Summary.Status == other.Status && Summary.Pipeline == other.Pipeline && Summary.CreatedAt == other.CreatedAt
        && Summary.Deleted == other.Deleted && Summary.Owed == other.Owed && Summary.Priority == other.Priority && Summary.Errors == other.Errors
        && AreEqual(Summary.Labels, other.Labels);

    /// <summary>What the tables of schedules hold of the task.</summary>
    public required StoredSchedule Schedule { get; set; }

    /// <summary>The ETag that this process gave the row last.</summary>
    public required string ETag { get; set; }

    private static bool AreEqual(ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> others) =>
        ReferenceEquals(labels, others) || labels.SequenceEqual(others);
}
