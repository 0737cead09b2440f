using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;

namespace VideoGen.Stages.DocumentVideo;

public static class DocumentStagesServiceCollectionExtensions
{
    /// <summary>The stages that read a document and write what is said: input_adaptation, content_parsing and script_generation.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="chat">The chat model that writes the narration of tasks that ask for one.</param>
    public static IServiceCollection AddDocumentStages(this IServiceCollection services, ChatNarrationOptions? chat = null)
    {
        services.AddSingleton<IStage, InputAdaptationStage>();
        services.AddSingleton<IStage, ContentParsingStage>();
        services.AddSingleton<IStage, ScriptGenerationStage>();
        if (chat is { IsConfigured: true })
        {
            services.TryAddSingleton(_ => new ChatNarrator(chat));
        }

        return services;
    }
}
