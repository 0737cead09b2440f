using System.IO.Hashing;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// What a partition knows of the rows that it wrote, and what of a document it sends for that reason: the whole, or a delta of what stands in the row
/// (Deltas/README.md). One caller at a time.
/// </summary>
/// <remarks>
/// A body of more than some kibibytes stands outside of its row, in pieces. An update that leaves it alone writes a new row of a kibibyte or two beside the old
/// one; one that replaces it writes all pieces anew and marks the former ones as gone.
/// </remarks>
internal sealed class PostgresPartition(ETagSource etags, long maxBaseBytes)
{
    /// <summary>Bytes of a delta past which the body is written whole: a quarter of the body, within these bounds.</summary>
    private const int LeastDelta = 1_024;

    private const int MostDelta = 2_048;

    private readonly DeltaBases _bases = new(maxBaseBytes);
    private readonly XxHash3 _hash = new();
    private readonly byte[] _delta = new byte[MostDelta];

    /// <param name="number">What the statements are to call it.</param>
    /// <param name="write">The write.</param>
    public PostgresWrite Plan(int number, RecordWrite write)
    {
        if (write.Body is not { } body)
        {
            return new PostgresWrite(number, write);
        }

        var known = write is { ExpectedETag: { } expected, Key.IsTask: true } ? _bases.Find(write.Key, expected) : null;
        var plan = new PostgresWrite(number, write) { ETag = etags.Next(), Schedule = StoredSchedule.Of(write.Schedule, known, _hash) };
        if (known is not null && BodyDelta.Write(known.Document, body, _delta.AsSpan(0, known.DeltaSpace)) is { } length)
        {
            var changes = _delta[..length];
            return plan with
            {
                Changes = changes,
                Checksum = RecordChecksum.End(known.Hash, changes),
                IsSmall = known.IsListedAs(write.Summary) && plan.Schedule.IsSame(known.Schedule),
                Known = known,
            };
        }

        var whole = body.ToArray();
        var hash = RecordChecksum.Begin(write.Key, whole);
        return plan with { Base = whole, Checksum = RecordChecksum.End(hash, []), Hash = hash };
    }

    /// <summary>Takes note of a write that is durable.</summary>
    public void Note(PostgresWrite stored)
    {
        var (write, etag) = (stored.Write, stored.ETag);
        if (write is not { Key.IsTask: true, Summary: { } summary } || etag is null)
        {
            return;
        }

        if (stored.Known is { } known)
        {
            (known.ETag, known.Summary, known.Schedule) = (etag, summary, stored.Schedule);
            return;
        }

        var space = Math.Clamp(write.Length / 4, LeastDelta, MostDelta);
        _bases.Set(write.Key, new DeltaBase(write.Body!, summary, space, stored.Hash!) { ETag = etag, Schedule = stored.Schedule });
    }
}
