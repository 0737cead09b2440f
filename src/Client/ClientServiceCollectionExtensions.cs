using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;

namespace VideoGen.Client;

public static class ClientServiceCollectionExtensions
{
    /// <summary>Access to tasks for a process that has an <see cref="IGrainFactory"/>: an Orleans client, or a silo itself.</summary>
    public static IServiceCollection AddPipelineClient(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PipelineClient>();
        services.TryAddSingleton<TaskStateManager>();
        return services;
    }

    /// <summary>Artifacts in a folder that all processes of the cluster share.</summary>
    public static IServiceCollection AddFolderArtifacts(this IServiceCollection services, string root)
    {
        services.TryAddSingleton(new FolderArtifactStore(root));
        services.TryAddSingleton<IArtifactStore>(provider => provider.GetRequiredService<FolderArtifactStore>());
        return services;
    }

    /// <summary>
    /// Does the stages that are registered as <see cref="Stages.IStage"/>. Needs the client and an artifact store as well. Add it after the silo or the
    /// Orleans client, so that it stops before them and can give its stages back.
    /// </summary>
    public static IServiceCollection AddStageWorker(this IServiceCollection services, Action<StageWorkerOptions>? configure = null)
    {
        services.AddOptions<StageWorkerOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StageWorkerOptions>, StageWorkerOptionsValidation>());
        if (services.All(service => service.ServiceType != typeof(StageWorker)))
        {
            services.AddSingleton<StageWorker>();
            services.AddHostedService(provider => provider.GetRequiredService<StageWorker>());
        }

        return services;
    }
}
