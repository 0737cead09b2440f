using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Stages.Narration;

/// <summary>Writes what is said in one scene: by rules, or by a chat model where the task asks for one.</summary>
/// <param name="narrator">Null where no chat model is configured.</param>
internal sealed class ScriptGenerationStage(ChatNarrator? narrator = null) : IReusableStage
{
    private static readonly JsonTypeInfo<ScriptWork> Json = VideoJson.Of<ScriptWork>();

    public string Kind => DocumentVideoPipeline.ScriptGeneration;

    public string Version => BuildVersion.Text;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        var inputs = await ChooseAsync(context, cancellationToken).ConfigureAwait(false);
        return await ExecuteAsync(new StageDesk(context, inputs), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a chat model wrote is kept, since it would write something else the next time. To apply the rules again costs nothing.</summary>
    public async Task<StageInputs?> ChooseInputsAsync(StageContext context, CancellationToken cancellationToken) =>
        await ChooseAsync(context, cancellationToken).ConfigureAwait(false) is var inputs && inputs.Parameters.Deserialize(Json)!.Config.UseAiNarration
            ? inputs
            : null;

    public async Task<StageResult> ExecuteAsync(StageDesk desk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desk);
        var work = desk.Parameters.Deserialize(Json)!;
        var (config, scene) = (work.Config, work.Scene);
        await desk.ReportProgressAsync(0.1, $"Writing the narration of \"{TextWidth.Cut(scene.Title, 60)}\"", cancellationToken).ConfigureAwait(false);

        var phrases = Phrases.For(config.Language);
        var warnings = ImmutableArray.CreateBuilder<string>();
        var paragraphs = NarrationRules.Write(scene, work.Before, config);
        if (config.UseAiNarration)
        {
            (paragraphs, var warning) = await AskAsync(work, paragraphs, cancellationToken).ConfigureAwait(false);
            if (warning is not null)
            {
                warnings.Add(warning);
            }
        }

        var script = ScriptWriter.Write(scene, paragraphs, phrases.IsEnglish, config.Pronounce, out var left);
        if (left > 0)
        {
            warnings.Add(
                $"What is said in {scene.Id}, \"{TextWidth.Cut(scene.Title, 60)}\", would take more than a minute: {left} of its sentences "
                + $"{(left == 1 ? "is" : "are")} not said. Parting that section of the document into several gives them room.");
        }

        var artifact = await desk.SaveJsonAsync(ArtifactNames.Script, script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false);
        await desk.ReportProgressAsync(1.0, $"{script.Sentences.Length} sentences", cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = [artifact], Warnings = warnings.ToImmutable() };
    }

    private async Task<StageInputs> ChooseAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var (scene, index) = context.SceneOf(scenes);
        var isLast = context.Attempt >= RetryPolicy.Default.MaxAttempts;
        var work = new ScriptWork(config, scene, index > 0 ? scenes.Scenes[index - 1] : null, narrator?.Identity, isLast);
        return new StageInputs(JsonSerializer.SerializeToElement(work, Json));
    }

    /// <summary>
    /// The model's words; the rules' words with a warning where the last attempt that the pipeline allows ends without an answer. A model that says when to
    /// come again is waited for.
    /// </summary>
    private async Task<(IEnumerable<string> Paragraphs, string? Warning)> AskAsync(
        ScriptWork work, IEnumerable<string> byRules, CancellationToken cancellationToken)
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
            return (await narrator.WriteAsync(work.Scene, work.Config, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StageFailedException exception) when (exception is { Retryable: true, RetryAfter: null } && work.IsLast)
        {
            return (byRules, $"The narration of \"{work.Scene.Title}\" was written by rules. {exception.Message}");
        }
    }

    /// <summary>All that a script is written from.</summary>
    /// <param name="Config">The language, and who writes.</param>
    /// <param name="Scene">What is shown.</param>
    /// <param name="Before">The scene before it; null for the first.</param>
    /// <param name="Model">The chat model; null for none.</param>
    /// <param name="IsLast">Whether the pipeline allows no further attempt.</param>
    private sealed record ScriptWork(VideoConfig Config, Scene Scene, Scene? Before, string? Model, bool IsLast);
}
