using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;

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

    /// <summary>Artifacts in a store that all processes of the cluster share.</summary>
    public static IServiceCollection AddArtifacts(this IServiceCollection services, IArtifactStore store)
    {
        services.TryAddSingleton(store);
        return services;
    }

    /// <summary>Artifacts in a folder that all processes of the cluster share.</summary>
    public static IServiceCollection AddFolderArtifacts(this IServiceCollection services, string root)
    {
        services.TryAddSingleton(new FolderArtifactStore(root));
        services.TryAddSingleton<IArtifactStore>(provider => provider.GetRequiredService<FolderArtifactStore>());
        return services;
    }

    /// <summary>A pipeline that this process creates tasks of, by its name: see <see cref="PipelineCatalog"/>.</summary>
    /// <exception cref="PipelineFormatException">The definition is not sound; each mistake is named with its place.</exception>
    public static IServiceCollection AddPipeline(this IServiceCollection services, PipelineDefinition pipeline)
    {
        var problems = PipelineValidation.Find(pipeline);
        if (!problems.IsEmpty)
        {
            throw new PipelineFormatException(problems);
        }

        services.AddSingleton(pipeline);
        services.TryAddSingleton<PipelineCatalog>();
        return services;
    }

    /// <summary>
    /// Does the stages that are added to it, or registered as <see cref="Stages.IStage"/>. Needs the client and an artifact store as well. Add it after the
    /// silo or the Orleans client, so that it stops before them and can give its stages back.
    /// </summary>
    public static StageWorkerBuilder AddStageWorker(this IServiceCollection services, Action<StageWorkerOptions>? configure = null)
    {
        services.AddOptions<StageWorkerOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StageWorkerOptions>, StageWorkerOptionsValidation>());
        if (services.All(service => service.ServiceType != typeof(StageWorker)))
        {
            services.AddSingleton<StageWorker>();
            services.AddHostedService(provider => provider.GetRequiredService<StageWorker>());
        }

        return new StageWorkerBuilder(services);
    }
}
