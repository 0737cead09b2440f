#if MICROSOFT_AZURE_STORAGE
using System.Collections.Immutable;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.AzureTables;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

[assembly: RegisterProvider("MicrosoftAzureTable", "GrainStorage", "Silo", typeof(MicrosoftAzureTableProviderBuilder))]

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Orleans' own Azure provider, in builds with <c>-p:MicrosoftAzureStorage=true</c>. It stores one task a request and keeps no summaries, so tasks cannot
/// be listed with it, and only those that are called upon go on after a crash.
/// </summary>
public static class MicrosoftAzureStorageExtensions
{
    public static ISiloBuilder AddMicrosoftAzureTableTaskStorage(this ISiloBuilder silo, string name, Action<Orleans.Configuration.AzureTableStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton<ITaskIndex, NoTaskIndex>();
        return silo.AddAzureTableGrainStorage(name, configure);
    }
}

/// <summary>Makes <c>Orleans:GrainStorage:{name}:ProviderType = MicrosoftAzureTable</c> select it, with <c>ConnectionString</c> and <c>TableName</c> beside it.</summary>
internal sealed class MicrosoftAzureTableProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddMicrosoftAzureTableTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, options =>
        {
            options.TableName = configurationSection["TableName"] ?? options.TableName;
            options.TableServiceClient = new TableServiceClient(configurationSection["ConnectionString"]);
        });
}

/// <summary>Stands where a provider keeps no summaries.</summary>
internal sealed class NoTaskIndex : ITaskIndex
{
    private const string Why = "Orleans' Azure provider keeps no list of tasks. Use the storage AzureTable, or ask for a task by its id.";

    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException(Why);

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException(Why);

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(ImmutableArray<TaskId>.Empty);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(0);
}
#endif
