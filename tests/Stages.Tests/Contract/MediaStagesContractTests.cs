using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client.Stages;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Contract;

/// <summary>The contract of a stage that speaks, draws or joins, over a small document.</summary>
public abstract class MediaStageContract(string kind) : StageContract
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMediaStages(speech: new SpeechOptions()).BuildServiceProvider();

    protected override IStage Create() => Stage(kind);

    private protected static IStage Stage(string kind) => Services.GetServices<IStage>().Single(stage => stage.Kind == kind);

    /// <summary>The scenes of the document, whose scripts are written.</summary>
    private protected async Task<SceneList> WriteScriptsAsync()
    {
        var (scenes, _) = await Bench.ParseAsync(Bench.WriteFile("document.md", "# Small\n\n- One\n- Two\n"), new VideoChoices { Size = "320x240" });
        foreach (var scene in scenes.Scenes)
        {
            await Bench.WriteScriptAsync(scene.Id);
        }

        return scenes;
    }
}

public sealed class AudioGenerationContractTests() : MediaStageContract(DocumentVideoPipeline.AudioGeneration)
{
    protected override string? Needed => DocumentVideoPipeline.ContentParsing;

    protected override string? Unit => "scene-002";

    protected override Task PrepareAsync() => WriteScriptsAsync();
}

public sealed class VideoGenerationContractTests() : MediaStageContract(DocumentVideoPipeline.VideoGeneration)
{
    protected override string? Needed => $"{DocumentVideoPipeline.AudioGeneration}:scene-002";

    protected override string? Unit => "scene-002";

    protected override async Task PrepareAsync()
    {
        await WriteScriptsAsync();
        await Bench.RunAsync(Stage(DocumentVideoPipeline.AudioGeneration), Unit);
    }
}

public sealed class OutputHandlingContractTests() : MediaStageContract(DocumentVideoPipeline.OutputHandling)
{
    protected override string? Needed => DocumentVideoPipeline.ContentParsing;

    protected override string? Listing => ArtifactNames.Manifest;

    protected override async Task PrepareAsync()
    {
        foreach (var scene in (await WriteScriptsAsync()).Scenes)
        {
            await Bench.RunAsync(Stage(DocumentVideoPipeline.AudioGeneration), scene.Id);
            await Bench.RunAsync(Stage(DocumentVideoPipeline.VideoGeneration), scene.Id);
        }
    }
}
