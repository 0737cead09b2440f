using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.Batching;
using VideoGen.Storage.PostgreSql;

[assembly: RegisterProvider("PostgreSql", "GrainStorage", "Silo", typeof(PostgresStorageProviderBuilder))]

namespace VideoGen.Storage.PostgreSql;

public static class PostgresStorageExtensions
{
    /// <summary>Keeps grain states in a PostgreSQL database. Under the name <c>tasks</c> it is the index of tasks as well.</summary>
    public static ISiloBuilder AddPostgresTaskStorage(this ISiloBuilder silo, string name, Action<PostgresStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<PostgresStorageOptions>(name).Configure(configure);
        return silo.AddRecordBackend(name, provider => new PostgresRecordStore(
            provider.GetRequiredService<IOptionsMonitor<PostgresStorageOptions>>().Get(name),
            provider.GetRequiredService<ILogger<PostgresRecordStore>>()));
    }
}

/// <summary>Makes <c>Orleans:GrainStorage:{name}:ProviderType = PostgreSql</c>, with the options beside it, select the store.</summary>
internal sealed class PostgresStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddPostgresTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configurationSection.Bind);
}
