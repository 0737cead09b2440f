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

    /// <summary>All that a document's video shows, says and warns of, in lines.</summary>
    public static async Task<(string Shown, string Said, string Warnings, VideoConfig Config)> TellAsync(
        this StageBench bench, string text, string name = "document.md", VideoChoices? choices = null)
    {
        await bench.TakeAsync(bench.WriteFile(name, text), choices);
        var adapted = await bench.RunAsync(new InputAdaptationStage());
        var parsed = await bench.RunAsync(new ContentParsingStage());
        var scenes = JsonSerializer.Deserialize(bench.ReadText(parsed, ArtifactNames.Scenes), VideoJson.SceneList)!.Scenes;
        var shown = scenes.SelectMany(scene => new[] { scene.Title, scene.Subtitle, scene.Code }
            .Concat(scene.Lines).Append(string.Join(" | ", scene.Columns)).Concat(scene.Rows.Select(row => string.Join(" | ", row))));
        var said = new List<string>();
        foreach (var scene in scenes)
        {
            said.AddRange((await bench.WriteScriptAsync(scene.Id)).Sentences.Select(sentence => sentence.Speech ?? sentence.Text));
        }

        return (
            string.Join('\n', shown.Where(line => !string.IsNullOrWhiteSpace(line))),
            string.Join('\n', said),
            string.Join('\n', adapted.Warnings.Concat(parsed.Warnings)),
            JsonSerializer.Deserialize(bench.ReadText(adapted, ArtifactNames.VideoConfig), VideoJson.VideoConfig)!);
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
