using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VideoGen.Client.Documents;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Stages.Delivery;
using VideoGen.Stages.Diagrams;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Media;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Piper;
using VideoGen.Stages.Programs;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Translation;
using VideoGen.Tasks;

namespace VideoGen.Stages;

/// <summary>Registers the stages. This file knows every folder, and no folder knows it.</summary>
public static class StagesServiceCollectionExtensions
{
    /// <summary>
    /// All stages of the pipeline <c>document-video</c>, with the chat and speech services that the configuration names; and <see cref="Voices"/>.
    /// </summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="configuration">Names the services and the neural voices.</param>
    /// <param name="voiceFile">A further neural voice, whose file the person at this machine named; null for none.</param>
    public static IServiceCollection AddVideoStages(this IServiceCollection services, IConfiguration configuration, string? voiceFile = null) =>
        services
            .AddDocumentStages(ChatNarrationOptions.From(configuration))
            .AddMediaStages(speech: SpeechOptions.FromEnvironment(name => configuration[name]).With(voiceFile))
            .AddSingleton<IDocumentTasks>(provider => new DocumentTasks(
                provider.GetRequiredService<Voices>(), ChatNarrationOptions.From(configuration), provider.GetRequiredService<IArtifactStore>()));

    /// <summary>Stages that a program does: no code of ours, and none in this language.</summary>
    /// <exception cref="FormatException">The command is no program with its arguments, or a kind is no name of one.</exception>
    public static IServiceCollection AddProgramStages(this IServiceCollection services, ProgramStageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Grace, ProgramStageOptions.MaxGrace);
        var line = ProgramLine.Parse(options.Command, options.Folder);
        var tools = new MediaToolRunner(new MediaOptions(), TimeProvider.System);
        foreach (var kind in options.Kinds.Distinct(StringComparer.Ordinal))
        {
            if (StageName.Parse(kind).Unit is not null)
            {
                throw new FormatException($"'{kind}' is the name of one stage; a program does kinds of stages, which have no colon.");
            }

            services.AddSingleton<IStage>(provider => new ProgramStage(
                kind, line, options.Grace, tools, provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    /// <summary>The stages that read a document and write what is said: input_adaptation, content_parsing, script_generation and translation.</summary>
    /// <param name="services">Where they are registered.</param>
    /// <param name="chat">The chat model that writes the narration of tasks that ask for one, and translates.</param>
    internal static IServiceCollection AddDocumentStages(this IServiceCollection services, ChatNarrationOptions? chat = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new MediaOptions());
        services.TryAddSingleton<MediaToolRunner>();
        services.AddSingleton<DiagramDrawer>();
        services.AddSingleton<IStage, InputAdaptationStage>();
        services.AddSingleton<IStage, ContentParsingStage>();
        services.AddSingleton<IStage, ScriptGenerationStage>();
        services.AddSingleton<IStage, TranslationStage>();
        if (chat is { IsConfigured: true })
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton(provider => new ChatModel(chat, provider.GetRequiredService<TimeProvider>()));
            services.TryAddSingleton<ChatNarrator>();
            services.TryAddSingleton<ChatTranslator>();
        }

        return services;
    }

    /// <summary>The stages that speak, draw and join: audio_generation, video_generation and output_handling; and <see cref="Voices"/>.</summary>
    internal static IServiceCollection AddMediaStages(
        this IServiceCollection services, Action<MediaOptions>? configureMedia = null, SpeechOptions? speech = null)
    {
        var options = new MediaOptions();
        configureMedia?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton(options));
        services.AddSingleton(speech ?? SpeechOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        services.TryAddSingleton<MediaToolRunner>();
        services.AddSingleton(provider => new PiperModels(provider.GetRequiredService<SpeechOptions>().ModelFiles));
        services.AddSingleton<PiperSessions>();
        services.AddSingleton(provider => new Voices(
            provider.GetRequiredService<MediaToolRunner>(), provider.GetRequiredService<SpeechOptions>(), provider.GetRequiredService<PiperModels>()));

        services.AddSingleton<ISpeaker, FliteSpeaker>();
        services.AddSingleton<ISpeaker, EspeakSpeaker>();
        services.AddSingleton<ISpeaker, FestivalSpeaker>();
        services.AddSingleton<ISpeaker, PiperSpeaker>();
        services.AddSingleton<ISpeaker>(provider => new ServiceSpeaker(
            new HttpClient { Timeout = Timeout.InfiniteTimeSpan },
            provider.GetRequiredService<SpeechOptions>(),
            provider.GetRequiredService<MediaToolRunner>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ClipEncoder>();
        services.AddSingleton<SoundTrack>();
        services.AddSingleton<VideoJoiner>();
        services.AddSingleton<VideoCheck>();

        services.AddSingleton<IStage, AudioGenerationStage>();
        services.AddSingleton<IStage, VideoGenerationStage>();
        services.AddSingleton<IStage, OutputHandlingStage>();
        return services;
    }
}
