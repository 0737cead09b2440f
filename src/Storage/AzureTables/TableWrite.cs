using System.Text.Json;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>What the list held of a record when it was last read or written under some ETag: tells whether its row has to change.</summary>
/// <param name="ETag">Of the record; null when there is none.</param>
/// <param name="Row">The row key of its list entity; null when it is in no list.</param>
/// <param name="Filters">What lists are filtered by, as one text.</param>
/// <param name="Schedule">The rows for queues, limits and clocks.</param>
internal sealed record ListedState(string? ETag, string? Row, string Filters, TableSchedule Schedule)
{
    public static ListedState Nothing { get; } = new(null, null, "", TableSchedule.Nothing);

    public static ListedState Of(string? etag, TaskSummary? summary, TableSchedule schedule) => summary is { TaskId.Value: not null }
        ? new ListedState(
            etag,
            TableKeys.ListRow(summary),
            $"{summary.Status} {summary.Owed} {summary.Pipeline}\n{string.Join('\n', summary.Labels.Select(label => $"{label.Key}\t{label.Value}"))}",
            schedule)
        : new ListedState(etag, null, "", schedule);
}

/// <summary>
/// One write as the operations of a transaction: that on the record first, so that a stale ETag is what fails, and then those on the list and the schedule.
/// </summary>
internal sealed class TableWrite
{
    /// <summary>What an operation takes in a request besides the bytes of a body and the labels, about.</summary>
    private const int OverheadBytes = 3_000;

    /// <summary>Labels stand on the record, in its summary, and on the row of the list.</summary>
    private const int MaxSummaries = 3;

    /// <summary>A character of a label or an error at its longest: escaped in the text of a summary, which is escaped itself.</summary>
    private const int EscapedBytes = 12;

    private readonly string _partition;
    private readonly RecordWrite _write;
    private readonly ListedState _before;
    private readonly TableBody _body;

    /// <param name="position">Of the write in its batch.</param>
    /// <param name="partition">The key of the partition.</param>
    /// <param name="write">The write itself.</param>
    /// <param name="before">What the list holds of the record.</param>
    /// <param name="alone">Whether the batch holds no other write.</param>
    /// <exception cref="StoreException">The body is too large for one entity.</exception>
    public TableWrite(int position, string partition, RecordWrite write, ListedState before, bool alone)
    {
        Position = position;
        _partition = partition;
        _write = write;
        _before = before;
        Row = TableKeys.RecordRow(write.Key);
        After = write.Body is null ? ListedState.Nothing : ListedState.Of(null, write.Summary, ScheduleOf(write, before));
        Operations = [.. MakeOperations()];
        _body = write.Body is null ? default : TableBody.Of(write.Key, write.Body.ToMemory(), alone && Operations.Count == 1);
    }

    /// <summary>Of the write in its batch.</summary>
    public int Position { get; }

    public RecordKey Key => _write.Key;

    /// <summary>The row key of the record.</summary>
    public string Row { get; }

    public ListedState After { get; }

    public IReadOnlyList<TableOperation> Operations { get; private set; }

    /// <summary>The most that it takes in a request; bodies go out in base64.</summary>
    public int Bytes => (Operations.Count * OverheadBytes) + (MaxSummaries * LabelBytes) + ErrorBytes + ((_body.Bytes.Length + ScheduleBytes) * 4 / 3);

    private int ScheduleBytes => After.Schedule.Rows.Sum(row => row.Body?.Bytes.Length ?? 0);

    private int LabelBytes => _write.Summary?.Labels.Sum(label => label.Key.Length + label.Value.Length) * EscapedBytes ?? 0;

    private int ErrorBytes => (_write.Summary?.Errors?.Length ?? 0) * EscapedBytes;

    /// <summary>The old row that the operation would remove is gone already: another writer came before.</summary>
    public void LeaveOldRow(int operation) => Operations = [.. Operations.Where((other, i) => i != operation || other.Change != TableChange.Delete)];

    private static TableSchedule ScheduleOf(RecordWrite write, ListedState before) =>
        write.Summary is { TaskId: { Value: not null } task } ? TableSchedule.Of(task, write.Schedule, before.Schedule) : TableSchedule.Nothing;

    private IEnumerable<TableOperation> MakeOperations()
    {
        yield return RecordOperation();
        if (_before.Row is not null && _before.Row != After.Row)
        {
            yield return new TableOperation(TableChange.Delete, _partition, _before.Row, TableOperation.AnyETag, null);
        }

        if (After.Row is not null && (After.Row != _before.Row || After.Filters != _before.Filters || _write.Summary!.Deleted))
        {
            yield return new TableOperation(TableChange.Upsert, _partition, After.Row, null, entity => TableRecords.WriteListed(entity, _write.Summary!));
        }

        if (After.Schedule != _before.Schedule)
        {
            foreach (var operation in ScheduleOperations())
            {
                yield return operation;
            }
        }
    }

    private IEnumerable<TableOperation> ScheduleOperations()
    {
        var former = _before.Schedule.Rows.ToDictionary(row => row.Key, StringComparer.Ordinal);
        foreach (var row in After.Schedule.Rows)
        {
            if (!former.Remove(row.Key, out var known) || !row.IsSame(known))
            {
                yield return new TableOperation(TableChange.Upsert, _partition, row.Key, null, entity => TableRecords.WriteScheduleRow(entity, row));
            }
        }

        foreach (var key in former.Keys)
        {
            yield return new TableOperation(TableChange.Delete, _partition, key, TableOperation.AnyETag, null);
        }
    }

    private TableOperation RecordOperation() => (_write.Body, _write.ExpectedETag) switch
    {
        (not null, null) => new TableOperation(TableChange.Insert, _partition, Row, null, WriteRecord),
        (not null, { } etag) => new TableOperation(TableChange.Replace, _partition, Row, etag, WriteRecord),
        (null, { } etag) => new TableOperation(TableChange.Delete, _partition, Row, etag, null),
        (null, null) => throw new InvalidOperationException("There is nothing to delete."),
    };

    private void WriteRecord(Utf8JsonWriter entity) => TableRecords.WriteRecord(entity, _write.Summary, After.Schedule, _body);
}
