using Azure.Core.Pipeline;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.AzureTables;

internal static class AzureTableStores
{
    public static string NewTable() => "t" + Guid.NewGuid().ToString("N");

    public static StoreHost Open(string connectionString, string table, TimeProvider? time = null, int partitions = 4, HttpMessageHandler? handler = null) =>
        new(Store(connectionString, table, partitions, handler), time);

    public static AzureTableRecordStore Store(string connectionString, string table, int partitions, HttpMessageHandler? handler) => new(
        new AzureTableStorageOptions
        {
            ConnectionString = connectionString,
            TableName = table,
            Partitions = partitions,
            Transport = handler is null ? null : new HttpClientTransport(handler),
        },
        TimeProvider.System);
}
