using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;

namespace VideoGen.Storage.AzureTables;

/// <summary>The table, by two clients: reads are tried again by the library; conditional writes are not, because a retry would meet its own success as a conflict.</summary>
internal sealed class TableConnection
{
    private const int Schema = 1;

    private const int ReadRetries = 3;

    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(20);

    private readonly AzureTableStorageOptions _options;

    public TableConnection(AzureTableStorageOptions options)
    {
        _options = options;
        try
        {
            Reads = Client(options, ReadRetries);
            Writes = Client(options, 0);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StoreException(StoreFault.Unusable, $"The connection to Azure Table storage is not usable: {exception.Message}", exception);
        }

        Place = $"table '{options.TableName}' at {Reads.Uri.Host}:{Reads.Uri.Port}";
    }

    public TableClient Reads { get; }

    public TableClient Writes { get; }

    /// <summary>For messages; without secrets.</summary>
    public string Place { get; }

    /// <summary>Makes the table where that is allowed, and checks that it is of our form.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_options.CreateTable)
        {
            await Reads.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
        }

        var meta = await Reads.GetEntityIfExistsAsync<TableEntity>(TableKeys.MetaPartition, TableKeys.MetaRow, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!meta.HasValue)
        {
            try
            {
                var mine = new TableEntity(TableKeys.MetaPartition, TableKeys.MetaRow) { ["Schema"] = Schema, ["Partitions"] = _options.Partitions };
                await Writes.AddEntityAsync(mine, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                // Another silo was first.
                meta = await Reads.GetEntityIfExistsAsync<TableEntity>(TableKeys.MetaPartition, TableKeys.MetaRow, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }

        var (schema, partitions) = (meta.Value!.GetInt32("Schema"), meta.Value.GetInt32("Partitions"));
        if (schema is null or > Schema)
        {
            throw new StoreException(StoreFault.TooNew, $"The {Place} was made by a newer program (its schema is {schema}; this program knows {Schema}). Use the newer program, or another table.");
        }

        if (partitions != _options.Partitions)
        {
            throw new StoreException(StoreFault.Unusable, $"The {Place} was made with {partitions} partitions, and this silo is set to {_options.Partitions}. Set Partitions to {partitions}.");
        }
    }

    private static TableClient Client(AzureTableStorageOptions options, int retries)
    {
        var client = new TableClientOptions { Retry = { MaxRetries = retries, Mode = RetryMode.Exponential, NetworkTimeout = NetworkTimeout } };
        client.Transport = options.Transport ?? client.Transport;
        return options switch
        {
            { ConnectionString: { Length: > 0 } text } => new TableClient(text, options.TableName, client),
            { ServiceUri: { Query.Length: > 1 } uri } => new TableClient(
                new Uri($"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{options.TableName}{uri.Query}"), client),
            { ServiceUri: { } uri } => new TableClient(uri, options.TableName, new DefaultAzureCredential(), client),
            _ => throw new ArgumentException("Give it a ConnectionString or a ServiceUri."),
        };
    }
}
