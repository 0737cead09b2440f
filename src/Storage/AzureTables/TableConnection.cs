using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// The table, by two ways: reads go through Azure.Data.Tables and are tried again by it; conditional writes are not, because a retry would meet its own
/// success as a conflict.
/// </summary>
internal sealed class TableConnection
{
    public const int MaxRowsPerRequest = 1_000;

    /// <summary>Requests of one query that are under way at once.</summary>
    private const int MaxParallelReads = 16;

    private const int Schema = 1;

    /// <summary>Older programs read and write tables that have it; they pass it over.</summary>
    private const string Scheduled = "Scheduled";

    private const int ReadRetries = 3;

    private const string TokenScope = "https://storage.azure.com/.default";

    /// <summary>The key of the account that every emulator has. It is public.</summary>
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(20);

    private readonly AzureTableStorageOptions _options;

    public TableConnection(AzureTableStorageOptions options)
    {
        _options = options;
        try
        {
            var (reads, query, policy) = Open(options);
            Reads = reads;
            Writes = new TableRequests(HttpPipelineBuilder.Build(ClientOptions(options, 0), [], policy is null ? [] : [policy], null), reads.Uri, query);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StoreException(
                StoreFault.Unusable, $"The connection to Azure Table storage is not usable: {SecretText.Mask(exception.Message)}", exception);
        }

        Place = $"table '{options.TableName}' at {Reads.Uri.Host}:{Reads.Uri.Port}";
    }

    public TableClient Reads { get; }

    public TableRequests Writes { get; }

    /// <summary>For messages; without secrets.</summary>
    public string Place { get; }

    /// <summary>
    /// Makes the table where that is allowed, and checks that it is of our form. Answers whether its records have schedules; those that a former program made
    /// have none.
    /// </summary>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        if (_options.CreateTable)
        {
            await Reads.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
        }

        var meta = await Reads
            .GetEntityIfExistsAsync<TableEntity>(TableKeys.MetaPartition, TableKeys.MetaRow, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        if (!meta.HasValue)
        {
            try
            {
                var mine = new TableEntity(TableKeys.MetaPartition, TableKeys.MetaRow)
                {
                    ["Schema"] = Schema,
                    ["Partitions"] = _options.Partitions,
                    [Scheduled] = true,
                };
                await Reads.AddEntityAsync(mine, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException exception) when (exception.Status == 409)
            {
                // Another silo was first.
                meta = await Reads
                    .GetEntityIfExistsAsync<TableEntity>(TableKeys.MetaPartition, TableKeys.MetaRow, cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        var (schema, partitions) = (meta.Value!.GetInt32("Schema"), meta.Value.GetInt32("Partitions"));
        if (schema is null or > Schema)
        {
            throw new StoreException(
                StoreFault.TooNew,
                $"The {Place} was made by a newer program (its schema is {schema}; this program knows {Schema}). Use the newer program, or another table.");
        }

        if (partitions != _options.Partitions)
        {
            throw new StoreException(
                StoreFault.Unusable,
                $"The {Place} was made with {partitions} partitions, and this silo is set to {_options.Partitions}. Set Partitions to {partitions}.");
        }

        return meta.Value.GetBoolean(Scheduled) == true;
    }

    /// <summary>Says that all records have schedules.</summary>
    public Task SetScheduledAsync(CancellationToken cancellationToken) => Reads.UpdateEntityAsync(
        new TableEntity(TableKeys.MetaPartition, TableKeys.MetaRow) { [Scheduled] = true }, ETag.All, TableUpdateMode.Merge, cancellationToken);

    /// <summary>Does something for each partition or row, many at once.</summary>
    public static Task EachAsync(int count, Func<int, CancellationToken, ValueTask> action, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = MaxParallelReads, CancellationToken = cancellationToken }, action);

    /// <summary>The client for reads, and the same credentials for writes: as a query of each address, or as a policy that signs each request.</summary>
    private static (TableClient Reads, string Query, HttpPipelinePolicy? Policy) Open(AzureTableStorageOptions options)
    {
        var client = ClientOptions(options, ReadRetries);
        switch (options)
        {
            case { ConnectionString: { Length: > 0 } text }:
                var reads = new TableClient(text, options.TableName, client);
                var settings = Settings(text);
                var key = settings.GetValueOrDefault("UseDevelopmentStorage") == "true" ? EmulatorKey : settings.GetValueOrDefault("AccountKey");
                var query = settings.TryGetValue("SharedAccessSignature", out var signature) ? $"?{signature.TrimStart('?')}" : "";
                return (reads, query, key is null ? null : new TableSharedKeyPolicy(reads.AccountName, Convert.FromBase64String(key)));
            case { ServiceUri: { Query.Length: > 1 } uri }:
                return (new TableClient(new Uri($"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{options.TableName}{uri.Query}"), client), uri.Query, null);
            case { ServiceUri: { } uri }:
                var credential = options.Credential ?? new DefaultAzureCredential();
                return (new TableClient(uri, options.TableName, credential, client), "", new BearerTokenAuthenticationPolicy(credential, TokenScope));
            default:
                throw new ArgumentException("Give it a ConnectionString or a ServiceUri.");
        }
    }

    private static TableClientOptions ClientOptions(AzureTableStorageOptions options, int retries)
    {
        var client = new TableClientOptions { Retry = { MaxRetries = retries, Mode = RetryMode.Exponential, NetworkTimeout = NetworkTimeout } };
        client.Transport = options.Transport ?? client.Transport;
        return client;
    }

    private static Dictionary<string, string> Settings(string connectionString) => connectionString
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(setting => setting.Split('=', 2))
        .Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
}
