using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Translation;

/// <summary>
/// Has the video translated by the chat model: <c>translation:de</c> its title and headings, and <c>translation:scene-001.de</c> what a scene shows and
/// what is said of it.
/// </summary>
/// <param name="translator">Null where no chat model is configured.</param>
internal sealed class TranslationStage(ChatTranslator? translator = null) : IReusableStage
{
    /// <summary>What is said in one language may take longer in another; nothing of it is left out for that.</summary>
    private const int MaxWidth = 2 * ScriptWriter.MaxWidth;

    private static readonly JsonTypeInfo<TranslationWork> Json = VideoJson.Of<TranslationWork>();

    public string Kind => DocumentVideoPipeline.Translation;

    public string Version => BuildVersion.Text;

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        var inputs = await ChooseAsync(context, cancellationToken).ConfigureAwait(false);
        return await ExecuteAsync(new StageDesk(context, inputs), cancellationToken).ConfigureAwait(false);
    }

    public async Task<StageInputs?> ChooseInputsAsync(StageContext context, CancellationToken cancellationToken) =>
        await ChooseAsync(context, cancellationToken).ConfigureAwait(false);

    public async Task<StageResult> ExecuteAsync(StageDesk desk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(desk);
        var work = desk.Parameters.Deserialize(Json)!;
        var what = work.Part is { } part ? $"\"{TextWidth.Cut(part.Scene.Title, 60)}\"" : "the headings";
        await desk.ReportProgressAsync(0.1, $"Translating {what} into {work.To}", cancellationToken).ConfigureAwait(false);
        var (glossary, warning) = await AskAsync(work, what, cancellationToken).ConfigureAwait(false);
        var artifacts = work.Part is { } scene
            ? await SaveAsync(desk, work, scene, glossary, cancellationToken).ConfigureAwait(false)
            : [await desk.SaveJsonAsync(ArtifactNames.Headings, HeadingsOf(work, glossary), VideoJson.Headings, cancellationToken).ConfigureAwait(false)];
        await desk.ReportProgressAsync(1.0, warning is null ? $"Translated {what} into {work.To}" : $"Left {what} as it was", cancellationToken)
            .ConfigureAwait(false);
        return new StageResult { Artifacts = artifacts, Warnings = warning is null ? [] : [warning] };
    }

    private async Task<StageInputs> ChooseAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var isLast = context.Attempt >= RetryPolicy.Default.MaxAttempts;
        var unit = SceneUnit.Of(context.Unit);
        var (headings, part) = unit.Language is { } language
            ? ((await context.ReadHeadingsAsync(language, cancellationToken).ConfigureAwait(false)).Texts,
                await ReadPartAsync(context, scenes, config, cancellationToken).ConfigureAwait(false))
            : (HeadingsOf(scenes, config), null);
        var work = new TranslationWork(
            config.Language, unit.Language ?? unit.Scene, config.Title, config.Author, headings, part, translator?.Identity, isLast);
        return new StageInputs(JsonSerializer.SerializeToElement(work, Json));
    }

    private static async Task<TranslatedPart> ReadPartAsync(
        StageContext context, SceneList scenes, VideoConfig config, CancellationToken cancellationToken)
    {
        var (scene, index) = context.SceneOf(scenes);
        StageName stage = $"{DocumentVideoPipeline.ScriptGeneration}:{scene.Id}";
        var script = context.FindArtifact(stage, ArtifactNames.Script) is null
            ? ScriptWriter.Write(
                scene, NarrationRules.Write(scene, index > 0 ? scenes.Scenes[index - 1] : null, config), Phrases.For(config.Language).IsEnglish,
                config.Pronounce, out _)
            : await context.ReadJsonAsync(stage, ArtifactNames.Script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false);
        return new TranslatedPart(scene, script);
    }

    /// <summary>All that there is to be asked for.</summary>
    private static ImmutableSortedDictionary<string, string> HeadingsOf(SceneList scenes, VideoConfig config) =>
        scenes.Scenes.SelectMany(scene => (string[])[scene.Title, scene.Chapter]).Prepend(config.Title)
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Distinct(StringComparer.Ordinal)
            .ToImmutableSortedDictionary(text => text, text => text, StringComparer.Ordinal);

    private static Headings HeadingsOf(TranslationWork work, Glossary? glossary) => new(
        work.To,
        work.Headings.ToImmutableSortedDictionary(entry => entry.Key, entry => glossary?.Translate(entry.Key) ?? entry.Key, StringComparer.Ordinal));

    /// <summary>
    /// Asks for all that is not known yet. Where the last attempt that the pipeline allows ends without a translation there is none, and a warning says so:
    /// the scene stays as it is, all of it, so that it is in one language. A model that says when to come again is waited for.
    /// </summary>
    private async Task<(Glossary? Glossary, string? Warning)> AskAsync(TranslationWork work, string what, CancellationToken cancellationToken)
    {
        if (translator is null)
        {
            throw new StageFailedException(
                "chat.not_configured",
                "The task asks for a translation by a chat model, and this worker has none. Set VIDEOGEN_CHAT_ENDPOINT and VIDEOGEN_CHAT_MODEL for every "
                + "worker, or make the task without it.")
            {
                IsLackOfWorker = true,
            };
        }

        var glossary = new Glossary(work.From, work.To);
        if (Phrases.For(work.From).Thanks is { } thanks && Phrases.For(work.To).Thanks is { } known)
        {
            glossary.Add(thanks, known);
        }

        if (work.Part is null)
        {
            foreach (var heading in work.Headings.Keys)
            {
                glossary.Translate(heading);
            }
        }
        else
        {
            foreach (var (heading, translation) in work.Headings)
            {
                glossary.Add(heading, translation);
            }

            Apply(work, work.Part, glossary);
        }

        var wanted = glossary.Wanted.ToImmutableArray();
        try
        {
            var translations = await translator.TranslateAsync(work.From, work.To, work.VideoTitle, wanted, cancellationToken).ConfigureAwait(false);
            foreach (var (text, translation) in wanted.Zip(translations))
            {
                glossary.Add(text, translation);
            }

            return (glossary, null);
        }
        catch (StageFailedException exception) when (exception is { Retryable: true, RetryAfter: null } && work.IsLast)
        {
            var stays = work.Part is null ? "The headings stay" : $"{work.Part.Scene.Id}, {what}, stays";
            return (null, $"{stays} in {work.From} in the film in {work.To}. {exception.Message}");
        }
    }

    private static (Scene Scene, ImmutableArray<string> Said) Apply(TranslationWork work, TranslatedPart part, Glossary glossary) =>
        (SceneWords.Map(part.Scene, work.Author, glossary.Translate), [.. part.Script.Sentences.Select(sentence => glossary.Translate(sentence.Text))]);

    private static async Task<ImmutableArray<Artifact>> SaveAsync(
        StageDesk desk, TranslationWork work, TranslatedPart part, Glossary? glossary, CancellationToken cancellationToken)
    {
        var translated = new TranslatedScene(work.From, work.VideoTitle, part.Scene);
        var script = part.Script;
        if (glossary is not null)
        {
            var (scene, said) = Apply(work, part, glossary);
            translated = new TranslatedScene(work.To, glossary.Translate(work.VideoTitle), scene);
            script = ScriptWriter.Write(scene, said, Phrases.For(work.To).IsEnglish, pronounce: null, out _, MaxWidth);
        }

        return
        [
            await desk.SaveJsonAsync(ArtifactNames.TranslatedScene, translated, VideoJson.TranslatedScene, cancellationToken).ConfigureAwait(false),
            await desk.SaveJsonAsync(ArtifactNames.Script, script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false),
        ];
    }

    /// <summary>All that a translation is made from.</summary>
    /// <param name="From">The language of the document.</param>
    /// <param name="To">The other one.</param>
    /// <param name="VideoTitle">What the video is called.</param>
    /// <param name="Author">Who wrote the document.</param>
    /// <param name="Headings">What they are in the other language; of the headings themselves, as they are.</param>
    /// <param name="Part">The scene; null for the headings.</param>
    /// <param name="Model">The chat model; null for none.</param>
    /// <param name="IsLast">Whether the pipeline allows no further attempt.</param>
    private sealed record TranslationWork(
        string From,
        string To,
        string VideoTitle,
        string? Author,
        ImmutableSortedDictionary<string, string> Headings,
        TranslatedPart? Part,
        string? Model,
        bool IsLast);

    /// <param name="Scene">What is shown.</param>
    /// <param name="Script">What is said.</param>
    private sealed record TranslatedPart(Scene Scene, SceneScript Script);
}
