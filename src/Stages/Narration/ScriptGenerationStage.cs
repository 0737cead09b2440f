using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.DocumentVideo;
using VideoGen.Stages.Scenes;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Stages.Narration;

/// <summary>Writes what is said in one scene: by rules, or by a chat model where the task asks for one.</summary>
/// <param name="narrator">Null where no chat model is configured.</param>
public sealed class ScriptGenerationStage(ChatNarrator? narrator = null) : IStage
{
    public string Kind => DocumentVideoPipeline.ScriptGeneration;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadArtifactAsync(DocumentVideoPipeline.InputAdaptation, ArtifactNames.VideoConfig, ArtifactJson.VideoConfig, cancellationToken).ConfigureAwait(false);
        var (scenes, index) = await FindSceneAsync(context, cancellationToken).ConfigureAwait(false);
        var scene = scenes[index];
        await context.ReportProgressAsync(0.1, $"Writing the narration of \"{TextWidth.Cut(scene.Title, 60)}\"", cancellationToken).ConfigureAwait(false);

        var phrases = Phrases.For(config.Language);
        string? warning = null;
        var paragraphs = NarrationRules.Write(scene, index > 0 ? scenes[index - 1] : null, config);
        if (config.UseAiNarration)
        {
            (paragraphs, warning) = await AskAsync(context, scene, config, paragraphs, cancellationToken).ConfigureAwait(false);
        }

        var script = ScriptWriter.Write(scene, paragraphs, phrases.IsEnglish);
        var artifact = await context.SaveArtifactAsync(ArtifactNames.Script, script, ArtifactJson.Script, cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(1.0, $"{script.Sentences.Length} sentences", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = [artifact], Warnings = warning is null ? [] : [warning] };
    }

    private static async Task<(ImmutableArray<Scene> Scenes, int Index)> FindSceneAsync(StageContext context, CancellationToken cancellationToken)
    {
        var list = await context.ReadArtifactAsync(DocumentVideoPipeline.ContentParsing, ArtifactNames.Scenes, ArtifactJson.Scenes, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < list.Scenes.Length; i++)
        {
            if (list.Scenes[i].Id == context.Unit)
            {
                return (list.Scenes, i);
            }
        }

        throw new StageFailedException("scene.missing", $"Stage {context.StageName} has no scene '{context.Unit}' among the {list.Scenes.Length} of {ArtifactNames.Scenes}.");
    }

    /// <summary>The model's words; the rules' words with a warning where the last attempt that the pipeline allows ends without an answer.</summary>
    private async Task<(IEnumerable<string> Paragraphs, string? Warning)> AskAsync(
        StageContext context, Scene scene, VideoConfig config, IEnumerable<string> byRules, CancellationToken cancellationToken)
    {
        if (narrator is null)
        {
            throw new StageFailedException(
                "chat.not_configured",
                "The task asks for a narration by a chat model, and this worker has none. Set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL for every worker, or make the task without it.");
        }

        try
        {
            return (await narrator.WriteAsync(scene, config, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StageFailedException exception) when (exception.Retryable && context.Attempt >= RetryPolicy.Default.MaxAttempts)
        {
            return (byRules, $"The narration of \"{scene.Title}\" was written by rules. {exception.Message}");
        }
    }
}
