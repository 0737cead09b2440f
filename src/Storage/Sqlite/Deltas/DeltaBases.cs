using System.Collections.Immutable;
using System.IO.Hashing;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Sqlite.Deltas;

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
internal readonly record struct StoredSchedule(TaskSchedule Value, long Hash);

/// <summary>A body that a row holds whole, and what is needed to write deltas of it.</summary>
/// <param name="row">The number of the row.</param>
/// <param name="document">The body, without the blanks that pad it.</param>
/// <param name="summary">What the row says of it in the columns that lists filter and sort by.</param>
/// <param name="deltaSpace">Bytes of the row for deltas.</param>
/// <param name="hash">Of the key and of the padded body.</param>
internal sealed class DeltaBase(long row, Utf8Rope document, TaskSummary summary, int deltaSpace, XxHash3 hash)
{
    /// <summary>Memory for the summary, the state of the hash, the schedule and the entry in the table, about.</summary>
    private const int OverheadBytes = 1_200;

    public long Row => row;

    /// <summary>Memory that it takes, about. Of a small document most is not the body.</summary>
    public int Bytes => document.Length + OverheadBytes;

    public Utf8Rope Document => document;

    public int DeltaSpace => deltaSpace;

    public XxHash3 Hash => hash;

    /// <summary>Whether a delta can stand for that summary: the columns that lists filter and sort by stay as they are.</summary>
    public bool IsListedAs(TaskSummary? other) =>
        other is not null && summary.Status == other.Status && summary.Pipeline == other.Pipeline && summary.CreatedAt == other.CreatedAt
        && summary.Deleted == other.Deleted && summary.Owed == other.Owed && AreEqual(summary.Labels, other.Labels);

    /// <summary>What the tables of schedules hold of the task.</summary>
    public required StoredSchedule Schedule { get; set; }

    /// <summary>The ETag that this process gave the row last.</summary>
    public required string ETag { get; set; }

    private static bool AreEqual(ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> others) =>
        ReferenceEquals(labels, others) || labels.SequenceEqual(others);
}
