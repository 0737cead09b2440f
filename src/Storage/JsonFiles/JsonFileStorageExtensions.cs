using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;
using VideoGen.Storage.Batching;
using VideoGen.Storage.JsonFiles;

[assembly: RegisterProvider("JsonFiles", "GrainStorage", "Silo", typeof(JsonFileStorageProviderBuilder))]

namespace VideoGen.Storage.JsonFiles;

public static class JsonFileStorageExtensions
{
    /// <summary>Keeps tasks in the files of the Python system, one for each. Under the name <c>tasks</c> it is the index of tasks as well.</summary>
    public static ISiloBuilder AddJsonFileTaskStorage(this ISiloBuilder silo, string name, Action<JsonFileStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<JsonFileStorageOptions>(name).Configure(configure);
        return silo.AddRecordBackend(name, provider => new JsonFileRecordStore(
            provider.GetRequiredService<IOptionsMonitor<JsonFileStorageOptions>>().Get(name),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<JsonFileRecordStore>()));
    }
}

/// <summary>Makes <c>Orleans:GrainStorage:{name}:ProviderType = JsonFiles</c>, with <c>Folder</c> beside it, select the store.</summary>
internal sealed class JsonFileStorageProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection) =>
        builder.AddJsonFileTaskStorage(
            name ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            options => options.Folder = configurationSection["Folder"] ?? "");
}
