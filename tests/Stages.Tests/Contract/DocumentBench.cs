using System.Text.Json;
using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Contract;

/// <summary>Short ways from a document to its scenes and scripts.</summary>
internal static class DocumentBench
{
    public static async Task<(SceneList Scenes, StageResult Result)> ParseAsync(this StageBench bench, string path, VideoChoices? choices = null)
    {
        await bench.TakeAsync(path, choices);
        await bench.RunAsync(new InputAdaptationStage());
        var result = await bench.RunAsync(new ContentParsingStage());
        return (JsonSerializer.Deserialize(bench.ReadText(result, ArtifactNames.Scenes), VideoJson.SceneList)!, result);
    }

    public static Task<(SceneList Scenes, StageResult Result)> ParseTextAsync(this StageBench bench, string markdown, string name = "document.md") =>
        bench.ParseAsync(bench.WriteFile(name, markdown));

    public static async Task<SceneScript> WriteScriptAsync(this StageBench bench, string scene) =>
        JsonSerializer.Deserialize(
            bench.ReadText(await bench.RunAsync(new ScriptGenerationStage(), scene), ArtifactNames.Script), VideoJson.SceneScript)!;

    /// <summary>The folder of the repository's samples.</summary>
    public static string SamplesFolder { get; } = FindSamples();

    private static string FindSamples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VideoGen.Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run within the repository."), "samples");
    }
}
