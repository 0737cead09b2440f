using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Batching;

/// <summary>Registers a backend as an Orleans storage provider and, under the name that tasks are stored by, as the index of tasks.</summary>
internal static class TaskStorageRegistration
{
    public static ISiloBuilder AddRecordBackend(this ISiloBuilder silo, string name, Func<IServiceProvider, IRecordBackend> create)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StoreHealth>();
        services.AddGrainStorage(name, (provider, key) => new BatchedGrainStorage(
            key,
            new WatchedBackend(create(provider), provider.GetRequiredService<StoreHealth>()),
            provider.GetRequiredService<IGrainStorageSerializer>(),
            provider.GetRequiredService<IActivatorProvider>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(name, (provider, _) => ((BatchedGrainStorage)provider.GetRequiredKeyedService<IGrainStorage>(name)).Index);
        if (name == TaskStorage.ProviderName)
        {
            services.AddSingleton(provider => provider.GetRequiredKeyedService<ITaskIndex>(name));
        }

        return silo;
    }
}
