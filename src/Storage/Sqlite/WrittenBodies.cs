using System.Collections.Immutable;
using System.IO.Hashing;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Sqlite;

/// <summary>
/// The bodies that this writer wrote last as a whole: of these it is known what a next one changes. An ETag is never used again, so one that is found under the
/// ETag of its row is what stands there, whatever others wrote or what was rolled back. Bounded: those that were not asked for the longest go first, about half at
/// a time.
/// </summary>
internal sealed class WrittenBodies(long maxBytes)
{
    private Dictionary<RecordKey, WrittenBody> _recent = [];
    private Dictionary<RecordKey, WrittenBody> _earlier = [];
    private long _recentBytes;

    /// <summary>The body in the row of that key and ETag, if it is known.</summary>
    public WrittenBody? Find(RecordKey key, string etag)
    {
        if (_recent.TryGetValue(key, out var body))
        {
            return body.ETag == etag ? body : null;
        }

        if (!_earlier.Remove(key, out body) || body.ETag != etag)
        {
            return null;
        }

        Set(key, body);
        return body;
    }

    public void Set(RecordKey key, WrittenBody body)
    {
        Remove(key);
        if (_recentBytes + body.Document.Length > maxBytes / 2)
        {
            (_recent, _earlier, _recentBytes) = ([], _recent, 0);
        }

        if (body.Document.Length <= maxBytes / 2)
        {
            _recent.Add(key, body);
            _recentBytes += body.Document.Length;
        }
    }

    private void Remove(RecordKey key)
    {
        _earlier.Remove(key);
        if (_recent.Remove(key, out var body))
        {
            _recentBytes -= body.Document.Length;
        }
    }
}

/// <param name="row">Its number.</param>
/// <param name="document">As it was written, without blanks.</param>
/// <param name="summary">What the row says of it in the columns that lists filter and sort by.</param>
/// <param name="changesRoom">Bytes that its changes have in the row.</param>
/// <param name="hash">Of the key, and of the body with its blanks.</param>
internal sealed class WrittenBody(long row, Utf8Rope document, TaskSummary summary, int changesRoom, XxHash3 hash)
{
    public long Row => row;

    public Utf8Rope Document => document;

    public int ChangesRoom => changesRoom;

    public XxHash3 Hash => hash;

    /// <summary>Whether the row says the same of that summary in those columns.</summary>
    public bool IsListedAs(TaskSummary? other) =>
        other is not null && summary.Status == other.Status && summary.Pipeline == other.Pipeline && summary.CreatedAt == other.CreatedAt
        && summary.Deleted == other.Deleted && summary.Owed == other.Owed && AreEqual(summary.Labels, other.Labels);

    /// <summary>Of the row, as this writer wrote it last.</summary>
    public required string ETag { get; set; }

    private static bool AreEqual(ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> others) =>
        ReferenceEquals(labels, others) || labels.SequenceEqual(others);
}
