using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.Batching;
using VideoGen.Storage.Sqlite;

[assembly: RegisterProvider("Sqlite", "GrainStorage", "Silo", typeof(SqliteStorageProviderBuilder))]

namespace VideoGen.Storage.Sqlite;

public static class SqliteStorageExtensions
{
    /// <summary>Keeps grain states in a SQLite database. Under the name <c>tasks</c> it is the index of tasks as well.</summary>
    public static ISiloBuilder AddSqliteTaskStorage(this ISiloBuilder silo, string name, Action<SqliteStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<SqliteStorageOptions>(name).Configure(configure);
        return silo.AddRecordBackend(name, provider => new SqliteRecordStore(
            provider.GetRequiredService<IOptionsMonitor<SqliteStorageOptions>>().Get(name),
            provider.GetRequiredService<ILogger<SqliteRecordStore>>()));
    }
}

/// <summary>Makes <c>Orleans:GrainStorage:{name}:ProviderType = Sqlite</c>, with <c>DatabasePath</c> beside it, select the store.</summary>
internal sealed class SqliteStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddSqliteTaskStorage(name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, configurationSection.Bind);
}
