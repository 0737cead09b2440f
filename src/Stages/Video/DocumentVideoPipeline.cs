using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Stages.Video;

/// <summary>
/// The built-in pipeline: a document becomes a narrated video. It has the six stages of the Python system (the state manager that this one replaces).
/// Three of them are groups, whose members work on one scene each: script, then voice, then picture. Scenes do not wait for each other.
/// A task that makes the video in other languages too has one group more, which translates.
/// </summary>
public static class DocumentVideoPipeline
{
    public const string Name = "document-video";

    public const string InputAdaptation = "input_adaptation";

    public const string ContentParsing = "content_parsing";

    public const string ScriptGeneration = "script_generation";

    /// <summary>A group that only tasks have which make the video in other languages too.</summary>
    public const string Translation = "translation";

    public const string AudioGeneration = "audio_generation";

    public const string VideoGeneration = "video_generation";

    public const string OutputHandling = "output_handling";

    /// <summary>The most scenes of one video.</summary>
    public const int MaxScenes = 100;

    /// <summary>The most languages of one task besides the document's own.</summary>
    public const int MaxTranslations = 8;

    /// <summary>Stages of the pipeline itself, and a few more.</summary>
    private const int OtherStages = 16;

    /// <summary>Stages that each scene goes through for each film.</summary>
    private const int StagesOfScene = 3;

    public static PipelineDefinition Definition { get; } = new()
    {
        Name = Name,
        Stages =
        [
            new StageDefinition { Name = InputAdaptation, Critical = true, RunTimeout = TimeSpan.FromMinutes(2) },
            new StageDefinition { Name = ContentParsing, Critical = true, DependsOn = [InputAdaptation], RunTimeout = TimeSpan.FromMinutes(2) },
            new StageDefinition { Name = ScriptGeneration, DependsOn = [ContentParsing], IsGroup = true },
            new StageDefinition { Name = AudioGeneration, Critical = true, DependsOn = [ContentParsing], IsGroup = true },
            new StageDefinition { Name = VideoGeneration, DependsOn = [ContentParsing], IsGroup = true },
            new StageDefinition
            {
                Name = OutputHandling,
                DependsOn = [ScriptGeneration, AudioGeneration, VideoGeneration],
                RunTimeout = TimeSpan.FromMinutes(30),
            },
        ],
    };

    /// <summary>The pipeline of a task that makes the video in these languages too; without any it is <see cref="Definition"/>.</summary>
    /// <param name="translations">BCP 47.</param>
    public static PipelineDefinition DefinitionOf(ImmutableArray<string>? translations) => translations is not { IsDefaultOrEmpty: false }
        ? Definition
        : Definition with
        {
            Stages =
            [
                .. Definition.Stages.SelectMany(stage => stage.Name.Value switch
                {
                    AudioGeneration => [new StageDefinition { Name = Translation, Critical = true, DependsOn = [ContentParsing], IsGroup = true }, stage],
                    OutputHandling => (StageDefinition[])[stage with { RunTimeout = (translations.Value.Length + 1) * stage.RunTimeout }],
                    _ => [stage],
                }),
            ],
        };

    /// <summary>The most scenes of a video that is made in so many other languages: a task has a bounded number of stages.</summary>
    public static int MaxScenesOf(int translations) =>
        Math.Min(MaxScenes, (Limits.MaxStages - OtherStages - translations) / (StagesOfScene * (translations + 1)));

    /// <summary>
    /// The stages that content_parsing adds for the scenes: first those of the film in the document's own language, then those of each other one.
    /// </summary>
    /// <param name="sceneIds">In order.</param>
    /// <param name="translations">BCP 47; null for none.</param>
    public static ImmutableArray<StageDefinition> StagesOf(IReadOnlyCollection<string> sceneIds, ImmutableArray<string>? translations = null) =>
        [.. OwnStagesOf(sceneIds), .. (translations ?? []).SelectMany(language => TranslatedStagesOf(sceneIds, language))];

    private static IEnumerable<StageDefinition> OwnStagesOf(IEnumerable<string> sceneIds) =>
    [
        .. sceneIds.SelectMany(scene => new[]
        {
            new StageDefinition { Name = $"{ScriptGeneration}:{scene}", RunTimeout = TimeSpan.FromMinutes(5) },
            new StageDefinition
            {
                Name = $"{AudioGeneration}:{scene}",
                Critical = true,
                DependsOn = [$"{ScriptGeneration}:{scene}"],
                RunTimeout = TimeSpan.FromMinutes(10),
            },
            new StageDefinition { Name = $"{VideoGeneration}:{scene}", DependsOn = [$"{AudioGeneration}:{scene}"], RunTimeout = TimeSpan.FromMinutes(20) },
        }),
    ];

    /// <summary>A scene is translated with what is said of it, so after its script; its voice and its picture are then made as for any film.</summary>
    private static IEnumerable<StageDefinition> TranslatedStagesOf(IEnumerable<string> sceneIds, string language) =>
    [
        new StageDefinition { Name = $"{Translation}:{language}", Critical = true, RunTimeout = TimeSpan.FromMinutes(10) },
        .. sceneIds.SelectMany(scene => new[]
        {
            new StageDefinition
            {
                Name = $"{Translation}:{scene}.{language}",
                Critical = true,
                DependsOn = [$"{Translation}:{language}", $"{ScriptGeneration}:{scene}"],
                RunTimeout = TimeSpan.FromMinutes(10),
            },
            new StageDefinition
            {
                Name = $"{AudioGeneration}:{scene}.{language}",
                Critical = true,
                DependsOn = [$"{Translation}:{scene}.{language}"],
                RunTimeout = TimeSpan.FromMinutes(10),
            },
            new StageDefinition
            {
                Name = $"{VideoGeneration}:{scene}.{language}",
                DependsOn = [$"{AudioGeneration}:{scene}.{language}"],
                RunTimeout = TimeSpan.FromMinutes(20),
            },
        }),
    ];
}
