using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Speech;

/// <summary>Speaks the script of one scene: <c>voice.wav</c>, and when each sentence is heard in it.</summary>
internal sealed class AudioGenerationStage(Voices voices, IEnumerable<ISpeaker> speakers, MediaToolRunner tools) : IReusableStage
{
    private static readonly JsonTypeInfo<SpeechWork> Json = VideoJson.Of<SpeechWork>();

    public string Kind => DocumentVideoPipeline.AudioGeneration;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => tools.MissingAsync(MediaTool.Ffmpeg);

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
        var (scene, script) = (work.SceneId, work.Script);
        var voice = await voices.FindAsync(work.Voice, cancellationToken).ConfigureAwait(false);
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (work.HasNoScript)
        {
            warnings.Add(
                $"{scene} has no script, because {DocumentVideoPipeline.ScriptGeneration}:{scene} did not make one; "
                + "its title and lines are spoken as they stand.");
        }

        await desk.ReportProgressAsync(0.05, Sentences("Speaking", script), cancellationToken).ConfigureAwait(false);
        var casting = Casting.Of(script.Sentences, voice, work.Language, work.EspeakLanguages, work.IsVoiceChosen);
        if (!casting.UnspokenScripts.IsEmpty)
        {
            var advice = work.EspeakLanguages.IsEmpty ? " Many languages are spoken where the package espeak-ng is installed." : "";
            warnings.Add(
                $"{scene} has text in {string.Join(", ", casting.UnspokenScripts)} script, which the voice {voice} can't speak; "
                + $"a silence of reading length stands in its place.{advice}");
        }

        if (work.IsOfOtherLanguage)
        {
            warnings.Add(
                $"The document is in {work.Language}, and the model {voice} was trained for {voice.Language}, so it reads the words as if they were of that "
                + $"language. Name a model for {work.Language}, or no voice at all.");
        }

        if (voice.Engine == SpeechEngine.Piper && casting.Utterances.Where(utterance => utterance.Voice != voice).ToList() is { Count: > 0 } others)
        {
            warnings.Add(
                $"{scene} has text in a script that the model {voice} ({voice.Language}) was not trained to read; "
                + $"{string.Join(", ", others.Select(other => other.Voice.Name).Distinct())} speaks it.");
        }

        var notes = await SpeakAsync(desk, casting, cancellationToken).ConfigureAwait(false);
        warnings.AddRange(notes.Select(note => $"{scene}: {note}."));
        var unread = casting.Utterances.Where(utterance => !File.Exists(Path.Combine(desk.WorkingDirectory, utterance.SampleFile))).ToList();
        if (unread.Count > 0)
        {
            warnings.Add(
                $"{scene} has characters that the voice {unread[0].Voice} can't read; a silence of reading length stands in their place. "
                + "A speech service (VIDEOGEN_SPEECH_ENDPOINT) may read them.");
        }

        await desk.ReportProgressAsync(0.7, "Setting the loudness", cancellationToken).ConfigureAwait(false);
        var artifacts = await AssembleAsync(desk, work, casting, cancellationToken).ConfigureAwait(false);
        await desk.ReportProgressAsync(1, Sentences("Spoke", script), cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = artifacts, Warnings = warnings.ToImmutable() };
    }

    private static string Sentences(string verb, SceneScript script) =>
        script.Sentences.Length == 1 ? $"{verb} 1 sentence" : $"{verb} {script.Sentences.Length} sentences";

    private async Task<StageInputs> ChooseAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        await voices.FindAsync(config.Voice, cancellationToken).ConfigureAwait(false);
        var scenes = await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false);
        var (scene, index) = context.SceneOf(scenes);
        var unit = SceneUnit.Of(context.Unit);
        var endsChapter = index + 1 < scenes.Scenes.Length && scenes.Scenes[index + 1].Chapter != scene.Chapter;
        var work = unit.Language is null
            ? await OwnAsync(context, config, scene, cancellationToken).ConfigureAwait(false)
            : await TranslatedAsync(context, unit, config, cancellationToken).ConfigureAwait(false);

        // A model is chosen by its content: another file of the same name is another voice, and its sound is made anew.
        var speaker = await voices.FindAsync(work.Voice, cancellationToken).ConfigureAwait(false);
        work = work with
        {
            Voice = speaker.Pinned(),
            IsOfOtherLanguage = index == 0 && speaker.Language is { } trained && !IsSpokenBy(trained, work.Language),
            EndsChapter = endsChapter,
            EspeakLanguages = await voices.EspeakLanguagesAsync(cancellationToken).ConfigureAwait(false),
            Service = voices.Service,
        };
        return new StageInputs(JsonSerializer.SerializeToElement(work, Json));
    }

    /// <summary>In the document's own language.</summary>
    private static async Task<SpeechWork> OwnAsync(StageContext context, VideoConfig config, Scene scene, CancellationToken cancellationToken)
    {
        StageName stage = $"{DocumentVideoPipeline.ScriptGeneration}:{scene.Id}";
        var hasScript = context.FindArtifact(stage, ArtifactNames.Script) is not null;
        var script = hasScript
            ? await context.ReadJsonAsync(stage, ArtifactNames.Script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false)
            : PlainScript.Of(scene);
        return new SpeechWork(scene.Id, script, !hasScript, false, config.Voice, config.IsVoiceChosen, config.Language, [], "");
    }

    /// <summary>
    /// In another language. A voice that speaks the document's language is none of that one, whoever chose it, but for those of a service, which speak many.
    /// </summary>
    private async Task<SpeechWork> TranslatedAsync(StageContext context, SceneUnit unit, VideoConfig config, CancellationToken cancellationToken)
    {
        var translated = await context.ReadTranslationAsync(unit, cancellationToken).ConfigureAwait(false);
        var script = await context.ReadJsonAsync(
            unit.StageOf(DocumentVideoPipeline.Translation), ArtifactNames.Script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false);
        var chosen = await voices.FindAsync(config.Voice, cancellationToken).ConfigureAwait(false);
        var stays = translated.Language == config.Language || chosen.Engine == SpeechEngine.Service;
        var voice = stays ? config.Voice : (await voices.ListAsync(cancellationToken).ConfigureAwait(false))[0].Name;
        return new SpeechWork(unit.Scene, script, false, false, voice, stays && config.IsVoiceChosen, translated.Language, [], "");
    }

    /// <summary>Whether a model for one language reads another: espeak-ng, by whose names models go, has names of its own for Chinese and Norwegian.</summary>
    private static bool IsSpokenBy(string trained, string language)
    {
        static string Plain(string tag) => LanguageTags.LanguageOf(tag) switch
        {
            "cmn" => "zh",
            "nb" or "nn" => "no",
            var alone => alone,
        };
        return Plain(trained) == Plain(language);
    }

    private async Task<ImmutableArray<string>> SpeakAsync(StageDesk desk, Casting casting, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var part in casting.Utterances.GroupBy(utterance => utterance.Voice.Engine))
        {
            var speaker = speakers.First(candidate => candidate.Engine == part.Key);
            notes.AddRange(await speaker.SpeakAsync([.. part], desk.WorkingDirectory, cancellationToken).ConfigureAwait(false));
        }

        return notes.ToImmutable();
    }

    private static async Task<ImmutableArray<Artifact>> AssembleAsync(
        StageDesk desk, SpeechWork work, Casting casting, CancellationToken cancellationToken)
    {
        var script = work.Script;
        var spoken = casting.Utterances.ToDictionary(utterance => utterance.Index);
        var track = new VoiceTrack(work.SceneId);
        for (var i = 0; i < script.Sentences.Length; i++)
        {
            var utterance = spoken.GetValueOrDefault(i);
            var path = utterance is null ? null : Path.Combine(desk.WorkingDirectory, utterance.SampleFile);
            var samples = File.Exists(path) ? await SampleFiles.ReadAsync(path, cancellationToken).ConfigureAwait(false) : null;
            var times = utterance is null ? null : Path.Combine(desk.WorkingDirectory, utterance.TimesFile);
            var words = File.Exists(times)
                ? WordTimes.Align(script.Sentences[i].Text, WordTimes.Read(await File.ReadAllTextAsync(times, cancellationToken).ConfigureAwait(false)))
                : null;
            track.Add(script.Sentences[i].Text, samples, words);
        }

        var voicePath = Path.Combine(desk.WorkingDirectory, ArtifactNames.Voice);
        var timing = await track.WriteAsync(voicePath, work.EndsChapter, cancellationToken).ConfigureAwait(false);
        return
        [
            await desk.SaveArtifactAsync(ArtifactNames.Voice, voicePath, "audio/wav", cancellationToken).ConfigureAwait(false),
            await desk.SaveJsonAsync(ArtifactNames.Timing, timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false),
        ];
    }

    /// <summary>
    /// All that a voice is made from: what is said, who says it (of a model also the hash of its files), and what this machine can speak with.
    /// </summary>
    private sealed record SpeechWork(
        string SceneId,
        SceneScript Script,
        bool HasNoScript,
        bool EndsChapter,
        string Voice,
        bool IsVoiceChosen,
        string Language,
        ImmutableArray<string> EspeakLanguages,
        string Service,
        bool IsOfOtherLanguage = false);
}
