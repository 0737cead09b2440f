using System.Collections.Immutable;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.AzureTables;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

[assembly: RegisterProvider("MicrosoftAzureTable", "GrainStorage", "Silo", typeof(MicrosoftAzureTableProviderBuilder))]
[assembly: RegisterProvider("MicrosoftAzureBlob", "GrainStorage", "Silo", typeof(MicrosoftAzureBlobProviderBuilder))]

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Orleans' own Azure providers. They store one task a request and keep no summaries, so tasks cannot be listed with them, and after a crash only those
/// tasks go on that somebody calls.
/// </summary>
public static class MicrosoftAzureStorageExtensions
{
    public static ISiloBuilder AddMicrosoftAzureTableTaskStorage(
        this ISiloBuilder silo, string name, Action<Orleans.Configuration.AzureTableStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return silo.AddAzureTableGrainStorage(name, configure).AddNoTaskIndex();
    }

    public static ISiloBuilder AddMicrosoftAzureBlobTaskStorage(this ISiloBuilder silo, string name, Action<AzureBlobStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return silo.AddAzureBlobGrainStorage(name, configure).AddNoTaskIndex();
    }

    private static ISiloBuilder AddNoTaskIndex(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton<ITaskIndex, NoTaskIndex>();
        return silo.AddStartupTask((services, _) =>
        {
            (services.GetRequiredService<ITaskIndex>() as NoTaskIndex)?.Announce();
            return Task.CompletedTask;
        });
    }
}

/// <summary>
/// Makes <c>Orleans:GrainStorage:{name}:ProviderType = MicrosoftAzureTable</c> select it, with <c>ConnectionString</c> and <c>TableName</c> beside it.
/// </summary>
internal sealed class MicrosoftAzureTableProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        var connection = MicrosoftAzureSettings.ConnectionString(configurationSection);
        builder.AddMicrosoftAzureTableTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, options =>
        {
            options.TableName = configurationSection["TableName"] ?? options.TableName;
            options.TableServiceClient = new TableServiceClient(connection);
        });
    }
}

/// <summary>
/// Makes <c>Orleans:GrainStorage:{name}:ProviderType = MicrosoftAzureBlob</c> select it, with <c>ConnectionString</c> and <c>ContainerName</c> beside it.
/// </summary>
internal sealed class MicrosoftAzureBlobProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        var connection = MicrosoftAzureSettings.ConnectionString(configurationSection);
        builder.AddMicrosoftAzureBlobTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, options =>
        {
            options.ContainerName = configurationSection["ContainerName"] ?? options.ContainerName;
            options.BlobServiceClient = new BlobServiceClient(connection);
        });
    }
}

internal static class MicrosoftAzureSettings
{
    public static string ConnectionString(IConfigurationSection section) => section["ConnectionString"] is { Length: > 0 } connection
        ? connection
        : throw new InvalidOperationException($"The storage {section["ProviderType"]} needs a connection string: set {section.Path}:ConnectionString.");
}

/// <summary>Stands where a provider keeps no summaries.</summary>
internal sealed partial class NoTaskIndex(ILogger<NoTaskIndex> logger) : ITaskIndex
{
    private const string Why = "Orleans' own Azure providers keep no list of tasks. Ask for a task by its id, or use the storage AzureTable.";

    /// <summary>Says at the start of a silo what will be missing.</summary>
    public void Announce() => LogNoList();

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException(Why);

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException(Why);

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(Why);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException(Why);

    [LoggerMessage(1, LogLevel.Warning,
        "Orleans' own Azure provider keeps no list of tasks: nothing can be listed, and after a crash a task goes on only when it is called by its id. "
        + "The storage AzureTable has a list.")]
    private partial void LogNoList();
}
