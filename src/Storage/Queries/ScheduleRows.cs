using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;

namespace VideoGen.Storage.Queries;

/// <summary>A stage that waits for a worker, in the form of the columns of the table <c>ready</c>.</summary>
/// <param name="Rank">The priority, negated: the order of the index is that of a queue.</param>
internal readonly record struct ReadyRow(
    string Stage,
    string Queue,
    long Rank,
    string Needs,
    string Fair,
    long CreatedAt,
    string Key,
    long Attempt,
    long? NotBefore,
    string? More)
{
    public string Kind => StageName.Parse(Stage).Kind;

    public static ReadyRow Of(ReadyStage ready) => new(
        ready.Offer.Stage.Value,
        ready.Queue,
        -(long)ready.Offer.Priority,
        ready.Needs,
        ready.FairKey,
        StoredTime.ToTicks(ready.Offer.TaskCreatedAt),
        ready.Offer.Task.Value,
        ready.Offer.Attempt,
        StoredTime.ToTicks(ready.NotBefore),
        OfferRest.TextOf(ready.Offer));

    /// <summary>Null when it is of no task, or of no stage.</summary>
    public ReadyStage? ToStage()
    {
        try
        {
            if (!TaskId.TryParse(Key, out var task, out _) || !StageName.TryParse(Stage, out var stage, out _))
            {
                return null;
            }

            var offer = new StageOffer(task, stage, (int)Attempt, (int)-Rank, StoredTime.FromTicks(CreatedAt), OfferRest.NeedsOf(Needs));
            return new ReadyStage(Queue, OfferRest.Complete(offer, Fair, More), StoredTime.FromTicks(NotBefore));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public long Hash(XxHash3 hash) =>
        ScheduleHash.Of(hash, [Stage, Queue, Needs, Fair, Key, More], [Rank, CreatedAt, Attempt, NotBefore ?? long.MinValue]);
}

/// <summary>A stage that counts against a limit, in the form of the columns of the table <c>held</c>.</summary>
internal readonly record struct HeldRow(string Stage, string Limit, string Key, string Worker, long Weight, long Expires)
{
    public static HeldRow Of(LimitHolder holder) =>
        new(holder.Stage.Value, holder.Limit, holder.Task.Value, holder.Worker, holder.Weight, StoredTime.ToTicks(holder.Expires));

    public long Hash(XxHash3 hash) => ScheduleHash.Of(hash, [Stage, Limit, Key, Worker], [Weight, Expires]);
}

/// <summary>
/// The checksum of the rows of one task, which stands in its record: rows that are missing, changed or too many are noticed without a look at the document.
/// It is a sum, so the order of the rows does not matter; without any row it is 0.
/// </summary>
internal static class ScheduleHash
{
    public static long Of(TaskSchedule schedule, XxHash3 hash)
    {
        long sum = 0;
        foreach (var ready in schedule.Ready)
        {
            sum += ReadyRow.Of(ready).Hash(hash);
        }

        foreach (var held in schedule.Held)
        {
            sum += HeldRow.Of(held).Hash(hash);
        }

        return sum;
    }

    public static long Of(XxHash3 hash, ReadOnlySpan<string?> texts, ReadOnlySpan<long> numbers)
    {
        hash.Reset();
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var text in texts)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, text?.Length ?? -1);
            hash.Append(number);
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        foreach (var value in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            hash.Append(number);
        }

        return (long)hash.GetCurrentHashAsUInt64();
    }
}
