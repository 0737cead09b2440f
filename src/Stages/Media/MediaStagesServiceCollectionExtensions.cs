using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Client.Stages;
using VideoGen.Stages.Delivery;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Speech;

namespace VideoGen.Stages.Media;

public static class MediaStagesServiceCollectionExtensions
{
    /// <summary>The stages that speak, draw and join: audio_generation, video_generation and output_handling; and <see cref="Voices"/>.</summary>
    public static IServiceCollection AddMediaStages(this IServiceCollection services, Action<MediaOptions>? configureMedia = null, SpeechOptions? speech = null)
    {
        var options = new MediaOptions();
        configureMedia?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(speech ?? SpeechOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        services.AddSingleton<MediaToolRunner>();
        services.AddSingleton(provider => new Voices(provider.GetRequiredService<MediaToolRunner>(), provider.GetRequiredService<SpeechOptions>()));

        services.AddSingleton<ISpeaker, FliteSpeaker>();
        services.AddSingleton<ISpeaker, EspeakSpeaker>();
        services.AddSingleton<ISpeaker>(provider => new ServiceSpeaker(
            new HttpClient { Timeout = Timeout.InfiniteTimeSpan },
            provider.GetRequiredService<SpeechOptions>(),
            provider.GetRequiredService<MediaToolRunner>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ClipEncoder>();
        services.AddSingleton<VideoJoiner>();
        services.AddSingleton<VideoCheck>();

        services.AddSingleton<IStage, AudioGenerationStage>();
        services.AddSingleton<IStage, VideoGenerationStage>();
        services.AddSingleton<IStage, OutputHandlingStage>();
        return services;
    }
}
