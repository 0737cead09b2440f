using Azure;
using Azure.Data.Tables;
using VideoGen.Grains.Index;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.AzureTables;

/// <summary>What the list held of a record when it was last read or written under some ETag: tells whether its row has to change.</summary>
/// <param name="ETag">Of the record; null when there is none.</param>
/// <param name="Row">The row key of its list entity; null when it is in no list.</param>
/// <param name="Filters">What lists are filtered by, as one text.</param>
internal sealed record ListedState(string? ETag, string? Row, string Filters)
{
    public static ListedState Nothing { get; } = new(null, null, "");

    public static ListedState Of(string? etag, TaskSummary? summary) => summary is { TaskId.Value: not null }
        ? new ListedState(
            etag,
            TableKeys.ListRow(summary),
            $"{summary.Status} {summary.Owed} {summary.Pipeline}\n{string.Join('\n', summary.Labels.Select(label => $"{label.Key}\t{label.Value}"))}")
        : new ListedState(etag, null, "");
}

/// <summary>One write as the operations of a transaction: that on the record first, so that a stale ETag is what fails, and then those on the list.</summary>
internal sealed class TableWrite
{
    /// <summary>What an operation takes in a request besides the bytes of a body, about.</summary>
    private const int OverheadBytes = 3_000;

    private readonly string _partition;
    private readonly RecordWrite _write;
    private readonly ListedState _before;
    private readonly TableEntity? _entity;

    /// <exception cref="StoreException">The body is too large for one entity.</exception>
    public TableWrite(int position, string partition, RecordWrite write, ListedState before)
    {
        Position = position;
        _partition = partition;
        _write = write;
        _before = before;
        _entity = write.Body is null ? null : TableRecords.ToEntity(partition, write);
        After = write.Body is null ? ListedState.Nothing : ListedState.Of(null, write.Summary);
        Operations = [.. MakeOperations()];
    }

    /// <summary>Of the write in its batch.</summary>
    public int Position { get; }

    public RecordKey Key => _write.Key;

    public ListedState After { get; }

    public IReadOnlyList<TableTransactionAction> Operations { get; private set; }

    /// <summary>Bodies go out in base64.</summary>
    public int Bytes => (Operations.Count * OverheadBytes) + (int)(Math.Min(_write.Length, TableRecords.MaxStoredBytes) * 1.4);

    /// <summary>The old row of the list is gone already: another writer came before.</summary>
    public void LeaveOldRow() =>
        Operations = [.. Operations.Where(operation => operation.ActionType != TableTransactionActionType.Delete || operation.Entity.RowKey != _before.Row)];

    private IEnumerable<TableTransactionAction> MakeOperations()
    {
        yield return RecordOperation();
        if (_before.Row is not null && _before.Row != After.Row)
        {
            yield return new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(_partition, _before.Row), ETag.All);
        }

        if (After.Row is not null && (After.Row != _before.Row || After.Filters != _before.Filters || _write.Summary!.Deleted))
        {
            yield return new TableTransactionAction(TableTransactionActionType.UpsertReplace, TableRecords.ToListEntity(_partition, _write.Summary!));
        }
    }

    private TableTransactionAction RecordOperation() => (_entity, _write.ExpectedETag) switch
    {
        ({ } entity, null) => new TableTransactionAction(TableTransactionActionType.Add, entity),
        ({ } entity, { } etag) => new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, new ETag(etag)),
        (null, { } etag) => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(_partition, TableKeys.RecordRow(_write.Key)), new ETag(etag)),
        (null, null) => throw new InvalidOperationException("There is nothing to delete."),
    };
}
