using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Speech;

/// <summary>
/// A neural model in Piper's form. espeak-ng turns each clause into phonemes, the model turns those of a sentence into samples. Models choose chance within
/// themselves, so that the same sentence sounds a little different each time.
/// </summary>
internal sealed class PiperSpeaker(PiperModels models, PiperSessions sessions, MediaToolRunner tools) : ISpeaker
{
    /// <summary>The most ids of one sentence; a scene of 900 letters has about 2,000. A model takes memory by their square.</summary>
    private const int MaxIds = 4_096;

    /// <summary>What is this much quieter than the loudest sample is not speech.</summary>
    private const float SilenceRatio = 0.003f;

    private const string ClauseFile = "clause.txt";

    public SpeechEngine Engine => SpeechEngine.Piper;

    public async Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var part in utterances.GroupBy(utterance => utterance.Voice))
        {
            var id = PiperId.Parse(part.Key.Id);
            var (model, hash) = await models.FindAsync(id with { Hash = part.Key.ModelHash }, cancellationToken).ConfigureAwait(false)
                ?? throw new StageFailedException("voice.missing", $"The voice {part.Key} is not on this machine.") { IsLackOfWorker = true };
            var sentences = new List<(Utterance Utterance, PhonemeIds Phonemes)>();
            foreach (var utterance in part)
            {
                var phonemes = await ReadAsync(utterance, model.Config, folder, cancellationToken).ConfigureAwait(false);
                sentences.Add((utterance, phonemes));
            }

            var unknown = sentences.SelectMany(sentence => sentence.Phonemes.Unknown).Distinct().Order(StringComparer.Ordinal).ToList();
            if (unknown.Count > 0)
            {
                notes.Add(
                    $"the model {part.Key} has no sound for {string.Join(", ", unknown.Take(10).Select(phoneme => $"'{phoneme}'"))}"
                    + $"{(unknown.Count > 10 ? " and others" : "")}; words with it are said without it");
            }

            sentences.RemoveAll(sentence => sentence.Phonemes.SoundCount == 0);
            await SpeakAsync(sentences, new Reader(model, hash, model.SpeakerOf(id.Speaker) ?? 0), folder, cancellationToken).ConfigureAwait(false);
            await SampleFiles.ConvertAsync(tools, [.. sentences.Select(sentence => sentence.Utterance)], folder, cancellationToken).ConfigureAwait(false);
        }

        return notes.ToImmutable();
    }

    private async Task SpeakAsync(
        List<(Utterance Utterance, PhonemeIds Phonemes)> sentences, Reader reader, string folder, CancellationToken cancellationToken)
    {
        var config = reader.Model.Config;
        var trial = new List<float[]>();
        var (sounds, seconds) = (0, 0.0);
        while (trial.Count < sentences.Count && sounds < PiperPace.TrialSounds)
        {
            var phonemes = sentences[trial.Count].Phonemes;
            trial.Add(await SayAsync(phonemes, reader, config.LengthScale, cancellationToken).ConfigureAwait(false));
            sounds += phonemes.SoundCount;
            seconds += SpokenLength(trial[^1]) / (double)config.SampleRate;
        }

        var pace = SpeechPace.Of(sentences.Select(sentence => sentence.Utterance.Text));
        var scale = PiperPace.LengthScale(config.LengthScale, sounds, seconds, pace);
        for (var i = 0; i < sentences.Count; i++)
        {
            var samples = i < trial.Count && scale == config.LengthScale
                ? trial[i]
                : await SayAsync(sentences[i].Phonemes, reader, scale, cancellationToken).ConfigureAwait(false);
            var path = Path.Combine(folder, sentences[i].Utterance.WaveFile);
            await FloatWave.WriteAsync(path, samples, config.SampleRate, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<float[]> SayAsync(PhonemeIds phonemes, Reader reader, float scale, CancellationToken cancellationToken) =>
        sessions.SpeakAsync(reader.Model, reader.Hash, new PiperRequest(phonemes.Ids, scale, reader.Speaker), cancellationToken);

    private async Task<PhonemeIds> ReadAsync(Utterance utterance, PiperConfig config, string folder, CancellationToken cancellationToken)
    {
        var clauses = new List<(string Phonemes, char Mark)>();
        foreach (var clause in Clause.Of(utterance.Text))
        {
            clauses.Add((config.ReadsText
                ? PhonemeIds.OfText(clause.Text)
                : await AskEspeakAsync(clause.Text, config.EspeakVoice!, folder, cancellationToken).ConfigureAwait(false), clause.Mark));
        }

        var phonemes = PhonemeIds.Of(clauses, config);
        return phonemes.Ids.Length <= MaxIds ? phonemes : throw new StageFailedException(
            "speech.too_long", $"A sentence of {utterance.Text.Length} characters is too long for the voice {utterance.Voice}. Make two of it.");
    }

    /// <summary>One run for each clause: espeak-ng does not say where in its output one ends.</summary>
    private async Task<string> AskEspeakAsync(string clause, string voice, string folder, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await File.WriteAllTextAsync(Path.Combine(folder, ClauseFile), clause, cancellationToken).ConfigureAwait(false);
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.EspeakNg,
                Arguments = ["-q", "--ipa", "-b", "1", "-v", voice, "-f", ClauseFile],
                WorkingDirectory = folder,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = $"Asking espeak-ng for the phonemes of a sentence in its voice {voice}",
                OutputLine = lines.Add,
            },
            cancellationToken).ConfigureAwait(false);
        return PhonemeIds.OfEspeak(lines);
    }

    /// <summary>Samples from the first to the last that is heard.</summary>
    private static int SpokenLength(float[] samples)
    {
        var threshold = samples.Max(Math.Abs) * SilenceRatio;
        return Array.FindLastIndex(samples, sample => Math.Abs(sample) > threshold) - Array.FindIndex(samples, sample => Math.Abs(sample) > threshold) + 1;
    }

    /// <summary>Who reads: a model, the hash of its files, and the number of the speaker.</summary>
    private sealed record Reader(PiperModel Model, string Hash, long Speaker);
}
