using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Stages.DocumentVideo;
using VideoGen.Stages.Media;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages;

public static class StagesServiceCollectionExtensions
{
    /// <summary>All stages of the pipeline <c>document-video</c>, with the chat and speech services that the configuration names.</summary>
    public static IServiceCollection AddVideoStages(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddDocumentStages(ChatNarrationOptions.From(configuration))
            .AddMediaStages(speech: SpeechOptions.FromEnvironment(name => configuration[name]));
}
