using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.Batching;

[assembly: RegisterProvider("AzureTable", "GrainStorage", "Silo", typeof(AzureTableStorageProviderBuilder))]

namespace VideoGen.Storage.AzureTables;

public static class AzureTableStorageExtensions
{
    /// <summary>Keeps grain states in an Azure table. Under the name <c>tasks</c> it is the index of tasks as well.</summary>
    public static ISiloBuilder AddAzureTableTaskStorage(this ISiloBuilder silo, string name, Action<AzureTableStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<AzureTableStorageOptions>(name).Configure(configure);
        return silo.AddRecordBackend(name, provider => new AzureTableRecordStore(
            provider.GetRequiredService<IOptionsMonitor<AzureTableStorageOptions>>().Get(name),
            provider.GetRequiredService<TimeProvider>()));
    }
}

/// <summary>Makes <c>Orleans:GrainStorage:{name}:ProviderType = AzureTable</c>, with the options beside it, select the store.</summary>
internal sealed class AzureTableStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddAzureTableTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configurationSection.Bind);
}
