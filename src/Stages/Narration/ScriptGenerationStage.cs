using VideoGen.Client.Stages;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Stages.Narration;

/// <summary>Writes what is said in one scene: by rules, or by a chat model where the task asks for one.</summary>
/// <param name="narrator">Null where no chat model is configured.</param>
internal sealed class ScriptGenerationStage(ChatNarrator? narrator = null) : IStage
{
    public string Kind => DocumentVideoPipeline.ScriptGeneration;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var (scene, index) = context.SceneOf(scenes);
        await context.ReportProgressAsync(0.1, $"Writing the narration of \"{TextWidth.Cut(scene.Title, 60)}\"", cancellationToken).ConfigureAwait(false);

        var phrases = Phrases.For(config.Language);
        string? warning = null;
        var paragraphs = NarrationRules.Write(scene, index > 0 ? scenes.Scenes[index - 1] : null, config);
        if (config.UseAiNarration)
        {
            (paragraphs, warning) = await AskAsync(context, scene, config, paragraphs, cancellationToken).ConfigureAwait(false);
        }

        var script = ScriptWriter.Write(scene, paragraphs, phrases.IsEnglish);
        var artifact = await context.SaveJsonAsync(ArtifactNames.Script, script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(1.0, $"{script.Sentences.Length} sentences", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = [artifact], Warnings = warning is null ? [] : [warning] };
    }

    /// <summary>
    /// The model's words; the rules' words with a warning where the last attempt that the pipeline allows ends without an answer. A model that says when to
    /// come again is waited for.
    /// </summary>
    private async Task<(IEnumerable<string> Paragraphs, string? Warning)> AskAsync(
        StageContext context, Scene scene, VideoConfig config, IEnumerable<string> byRules, CancellationToken cancellationToken)
    {
        if (narrator is null)
        {
            throw new StageFailedException(
                "chat.not_configured",
                "The task asks for a narration by a chat model, and this worker has none. Set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL for every "
                + "worker, or make the task without it.")
            {
                IsLackOfWorker = true,
            };
        }

        try
        {
            return (await narrator.WriteAsync(scene, config, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StageFailedException exception) when (exception is { Retryable: true, RetryAfter: null } && context.Attempt >= RetryPolicy.Default.MaxAttempts)
        {
            return (byRules, $"The narration of \"{scene.Title}\" was written by rules. {exception.Message}");
        }
    }
}
