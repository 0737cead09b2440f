using System.Collections.Concurrent;
using Azure.Data.Tables;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Remembers what the list holds of records that this process reads and writes, so that most commits are one operation on one entity. It is only ever
/// right under the ETag that it was learned with, and that ETag is the condition of the write.
/// </summary>
internal sealed class TableListed(TableConnection connection)
{
    /// <summary>Records that are remembered; past that number, all are forgotten and read again when they are needed.</summary>
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<RecordKey, ListedState> _known = new();

    public void Remember(RecordKey key, ListedState state)
    {
        if (_known.Count >= MaxRemembered)
        {
            _known.Clear();
        }

        if (state.ETag is null)
        {
            Forget(key);
        }
        else
        {
            _known[key] = state;
        }
    }

    public void Forget(RecordKey key) => _known.TryRemove(key, out _);

    /// <summary>The state under the ETag that the writer expects; where that is not known, as it is stored.</summary>
    public Task<ListedState> FindAsync(string partition, RecordWrite write)
    {
        if (write is { ExpectedETag: null, Body: not null })
        {
            // A first write finds out by itself whether there is a record.
            return Task.FromResult(ListedState.Nothing);
        }

        return _known.TryGetValue(write.Key, out var known) && known.ETag == write.ExpectedETag
            ? Task.FromResult(known)
            : ReadAsync(partition, TableKeys.RecordRow(write.Key));
    }

    public async Task<string?> ReadETagAsync(string partition, string row) => (await ReadAsync(partition, row).ConfigureAwait(false)).ETag;

    private async Task<ListedState> ReadAsync(string partition, string row)
    {
        var found = await connection.Reads.GetEntityIfExistsAsync<TableEntity>(partition, row, TableRecords.SummaryColumns).ConfigureAwait(false);
        return found.HasValue ? TableRecords.ToListed(found.Value!) : ListedState.Nothing;
    }
}
