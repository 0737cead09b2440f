using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Speech;

/// <summary>Speaks the script of one scene: <c>voice.wav</c>, and when each sentence is heard in it.</summary>
internal sealed class AudioGenerationStage(Voices voices, IEnumerable<ISpeaker> speakers, MediaToolRunner tools) : IStage
{
    public string Kind => DocumentVideoPipeline.AudioGeneration;

    public Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => tools.MissingAsync(MediaTool.Ffmpeg);

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var config = await context.ReadVideoConfigAsync(cancellationToken).ConfigureAwait(false);
        var voice = await voices.FindAsync(config.Voice, cancellationToken).ConfigureAwait(false);
        var (scene, _) = context.SceneOf(await context.ReadScenesAsync(cancellationToken).ConfigureAwait(false));
        var warnings = ImmutableArray.CreateBuilder<string>();
        var script = await ReadScriptAsync(context, scene, warnings, cancellationToken).ConfigureAwait(false);

        await context.ReportProgressAsync(0.05, Sentences("Speaking", script), cancellationToken).ConfigureAwait(false);
        var espeakLanguages = await voices.EspeakLanguagesAsync(cancellationToken).ConfigureAwait(false);
        var casting = Casting.Of(script.Sentences, voice, config.Language, espeakLanguages);
        if (!casting.UnspokenScripts.IsEmpty)
        {
            var advice = espeakLanguages.IsEmpty ? " Many languages are spoken where the package espeak-ng is installed." : "";
            warnings.Add(
                $"{scene.Id} has text in {string.Join(", ", casting.UnspokenScripts)} script, which the voice {voice} can't speak; "
                + $"a silence of reading length stands in its place.{advice}");
        }

        await SpeakAsync(context, casting, cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(0.7, "Setting the loudness", cancellationToken).ConfigureAwait(false);
        var artifacts = await AssembleAsync(context, script, casting, cancellationToken).ConfigureAwait(false);
        await context.ReportProgressAsync(1, Sentences("Spoke", script), cancellationToken).ConfigureAwait(false);
        return new StageResult { Artifacts = artifacts, Warnings = warnings.ToImmutable() };
    }

    private static string Sentences(string verb, SceneScript script) =>
        script.Sentences.Length == 1 ? $"{verb} 1 sentence" : $"{verb} {script.Sentences.Length} sentences";

    private static async Task<SceneScript> ReadScriptAsync(
        StageContext context, Scene scene, ImmutableArray<string>.Builder warnings, CancellationToken cancellationToken)
    {
        StageName stage = $"{DocumentVideoPipeline.ScriptGeneration}:{scene.Id}";
        if (context.FindArtifact(stage, ArtifactNames.Script) is not null)
        {
            return await context.ReadJsonAsync(stage, ArtifactNames.Script, VideoJson.SceneScript, cancellationToken).ConfigureAwait(false);
        }

        warnings.Add($"{scene.Id} has no script, because {stage} did not make one; its title and lines are spoken as they stand.");
        return PlainScript.Of(scene);
    }

    private async Task SpeakAsync(StageContext context, Casting casting, CancellationToken cancellationToken)
    {
        foreach (var part in casting.Utterances.GroupBy(utterance => utterance.Voice.Engine))
        {
            var speaker = speakers.First(candidate => candidate.Engine == part.Key);
            await speaker.SpeakAsync([.. part], context.WorkingDirectory, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ImmutableArray<Artifact>> AssembleAsync(
        StageContext context, SceneScript script, Casting casting, CancellationToken cancellationToken)
    {
        var spoken = casting.Utterances.ToDictionary(utterance => utterance.Index, utterance => utterance.SampleFile);
        var track = new VoiceTrack(context.Unit!);
        for (var i = 0; i < script.Sentences.Length; i++)
        {
            var samples = spoken.TryGetValue(i, out var file)
                ? await SampleFiles.ReadAsync(Path.Combine(context.WorkingDirectory, file), cancellationToken).ConfigureAwait(false)
                : null;
            track.Add(script.Sentences[i].Text, samples);
        }

        var voicePath = Path.Combine(context.WorkingDirectory, ArtifactNames.Voice);
        var timing = await track.WriteAsync(voicePath, cancellationToken).ConfigureAwait(false);
        return
        [
            await context.SaveArtifactAsync(ArtifactNames.Voice, voicePath, "audio/wav", cancellationToken).ConfigureAwait(false),
            await context.SaveJsonAsync(ArtifactNames.Timing, timing, VideoJson.VoiceTiming, cancellationToken).ConfigureAwait(false),
        ];
    }
}
