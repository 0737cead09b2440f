using System.Collections.Immutable;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Stages.Video;

/// <summary>
/// The built-in pipeline: a document becomes a narrated video. It has the six stages of the Python system (the state manager that this one replaces).
/// Three of them are groups, whose members work on one scene each: script, then voice, then picture. Scenes do not wait for each other.
/// </summary>
public static class DocumentVideoPipeline
{
    public const string Name = "document-video";

    public const string InputAdaptation = "input_adaptation";

    public const string ContentParsing = "content_parsing";

    public const string ScriptGeneration = "script_generation";

    public const string AudioGeneration = "audio_generation";

    public const string VideoGeneration = "video_generation";

    public const string OutputHandling = "output_handling";

    /// <summary>The most scenes of one video.</summary>
    public const int MaxScenes = 100;

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

    /// <summary>The stages that content_parsing adds for the scenes.</summary>
    public static ImmutableArray<StageDefinition> StagesOf(IEnumerable<string> sceneIds) =>
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
}
