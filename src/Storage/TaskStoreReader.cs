using Microsoft.Extensions.Configuration;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage;

/// <summary>Looks into a store without a silo, also while one is at work in it. It changes nothing.</summary>
public sealed class TaskStoreReader : IDisposable
{
    private readonly IRecordReader _records;

    private TaskStoreReader(IRecordReader records)
    {
        _records = records;
    }

    public ITaskQueries Index => _records;

    /// <summary>Opens the store that a section like <c>Orleans:GrainStorage:tasks</c> describes.</summary>
    /// <exception cref="StoreException">There is no such kind of store, or it cannot be used.</exception>
    public static async Task<TaskStoreReader> OpenAsync(IConfigurationSection section, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(section);
        var records = CreateReader(section);
        try
        {
            await records.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new TaskStoreReader(records);
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    /// <summary>The stored state, or null when there is no such task.</summary>
    /// <exception cref="StoreException">The record is damaged, or the store failed.</exception>
    public async Task<TaskSnapshot?> ReadAsync(TaskId task, CancellationToken cancellationToken = default)
    {
        if (await _records.ReadAsync(RecordKey.Of(task), cancellationToken).ConfigureAwait(false) is not { } record)
        {
            return null;
        }

        var document = new TaskDocument();
        try
        {
            document.Load(record.Body);
        }
#pragma warning disable CA1031 // Whatever a reader of JSON throws at a damaged document means the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new StoreException(StoreFault.DamagedRecord, $"The stored task {task} cannot be read: {exception.Message}", exception);
        }

        return document.State is null ? null : new TaskSnapshot(document.Commit.Version, record.ETag, document.StateJson, document.Commit.Writes);
    }

    public void Dispose() => _records.Dispose();

    private static IRecordReader CreateReader(IConfigurationSection section) => section["ProviderType"] switch
    {
        "Sqlite" => new SqliteRecordStore(section.Get<SqliteStorageOptions>() ?? new SqliteStorageOptions()),
        "JsonFiles" => new JsonFileReader(new JsonFileStorageOptions { Folder = section["Folder"] ?? "" }),
        "AzureTable" => new AzureTableRecordStore(section.Get<AzureTableStorageOptions>() ?? new AzureTableStorageOptions(), TimeProvider.System),
        "PostgreSql" => new PostgresRecordStore(section.Get<PostgresStorageOptions>() ?? new PostgresStorageOptions(), isReader: true),
        var other => throw new StoreException(
            StoreFault.Unusable,
            $"A store of the kind '{other}' cannot be looked into without a silo. Start one with it, and ask the silo."),
    };
}
