using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;
using VideoGen.Grains.Activation;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Grains.Notices;
using VideoGen.Grains.Queues;
using VideoGen.Grains.Recovery;
using VideoGen.Grains.Settings;
using VideoGen.Grains.Upkeep;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains;

public static class GrainsSiloBuilderExtensions
{
    /// <summary>Grains of which a silo remembers where they live, at some 450 bytes each. To ask again costs one call within the cluster.</summary>
    private const int MaxKnownPlaces = 20_000;

    /// <summary>
    /// What the grains of this assembly need besides a storage provider named <c>tasks</c> and an <see cref="ITaskIndex"/>.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="recover">Whether this silo looks for unfinished tasks of others; an embedded silo that runs one task does not.</param>
    public static ISiloBuilder AddVideoGenGrains(this ISiloBuilder silo, bool recover = true)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<VideoGenDiagnostics>();
        silo.Services.TryAddSingleton<ReadableTasks>();
        silo.Services.TryAddSingleton<ITaskRemains, NoRemains>();
        silo.Services.TryAddSingleton<INoticeSender, NoSender>();
        silo.Services.TryAddSingleton<NoticeBook>();
        silo.Services.AddHostedService<NoticeBookKeeper>();
        silo.Services.TryAddSingleton<QueueGates>();
        silo.Services.TryAddSingleton<GrainReferences<IStageQueueGrain>>();
        silo.Services.TryAddSingleton<CreationGates>();
        silo.Services.TryAddSingleton<StorageCircuit>();
        silo.Services.TryAddSingleton<IdleTasks>();
        silo.Services.AddOptions<CommitOptions>();
        silo.Services.AddOptions<RecoveryOptions>().Configure(options => options.Enabled = recover);

        // Tasks that are not in memory would stand in it all the same, for as long as there is room.
        silo.Services.Configure<GrainDirectoryOptions>(options => options.CacheSize = MaxKnownPlaces);

        // The default serializer of Orleans' own storage providers writes the name of the type, and reads back only types that are on its list.
        silo.Services.Configure<TypeManifestOptions>(types => types.AddAllowedType(typeof(TaskDocument)));
        silo.Services.Configure<TypeManifestOptions>(types => types.AddAllowedType(typeof(SettingsDocument)));
        silo.Services.AddSingleton<ITypeConverter, FormerTypeNames>();
        if (recover)
        {
            silo.Services.AddHostedService<RecoveryService>();
            silo.Services.AddHostedService<IdleMemoryService>();
        }

        return silo;
    }
}
