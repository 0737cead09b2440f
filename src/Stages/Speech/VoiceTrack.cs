using System.Collections.Immutable;
using VideoGen.Client.Stages;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Speech;

/// <summary>
/// The voice of one scene: its sentences in order with natural pauses, silence at both ends, at −16 LUFS. What is silent has the length that
/// reading takes.
/// </summary>
internal sealed class VoiceTrack(string sceneId)
{
    public const int SampleRate = LoudnessMeter.SampleRate;

    private const double LeadIn = 0.3;
    private const double Tail = 0.6;

    /// <summary>Before a new chapter, with the silence that the next scene begins with 1.3 seconds.</summary>
    private const double ChapterTail = 1;
    private const double MinDuration = 2.5;
    private const double MaxDuration = 600;

    private const double TargetLoudness = -16;
    private const double MaxGain = 20;

    /// <summary>Characters that are read in a second.</summary>
    private const double ReadingSpeed = 15;
    private const double MinReading = 1;
    private const double MaxReading = 10;

    /// <summary>At either end of a sentence, what is this much quieter than its loudest sample is not speech.</summary>
    private const float SilenceRatio = 0.003f;

    /// <summary>Samples that are left before and after what was found to be speech.</summary>
    private const int SpeechMargin = SampleRate / 50;

    private readonly List<float[]> _pieces = [];
    private readonly ImmutableArray<TimedSentence>.Builder _sentences = ImmutableArray.CreateBuilder<TimedSentence>();
    private int _length;
    private double _pause = LeadIn;

    /// <param name="text">As captions show it.</param>
    /// <param name="samples">The spoken sentence; null where it is silent.</param>
    /// <param name="words">When each word of the text is heard, from the first sample; null where the voice does not say so.</param>
    public void Add(string text, float[]? samples, ImmutableArray<TimedWord>? words = null)
    {
        AddSilence(_pause);
        var start = _length;
        var (speech, left) = samples is null ? ([], 0) : Trim(samples);
        if (speech.Length > 0)
        {
            AddPiece(speech);
        }
        else
        {
            AddSilence(Math.Clamp(text.Length / ReadingSpeed, MinReading, MaxReading));
        }

        _pause = PausePlan.After(text, ToSeconds(_length - start));
        var shift = ToSeconds(start - left);
        double Within(double time) => Math.Clamp(Math.Round(time + shift, 3), ToSeconds(start), ToSeconds(_length));
        ImmutableArray<TimedWord>? heard = speech.Length > 0 && words is { } known
            ? [.. known.Select(word => word with { Start = Within(word.Start), End = Within(word.End) })]
            : null;
        _sentences.Add(new TimedSentence(text, ToSeconds(start), ToSeconds(_length), Silent: speech.Length == 0, heard));
        if (ToSeconds(_length) > MaxDuration)
        {
            throw new StageFailedException(
                "speech.too_long", $"What is said in {sceneId} takes more than {MaxDuration / 60:0} minutes. Split its part of the document with headings.");
        }
    }

    /// <summary>Writes the file, and says when each sentence is heard.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="endsChapter">Whether the next scene begins a chapter, which takes a longer breath.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<VoiceTiming> WriteAsync(string path, bool endsChapter, CancellationToken cancellationToken)
    {
        AddSilence(Math.Max(Math.Max(endsChapter ? ChapterTail : Tail, _pause), MinDuration - ToSeconds(_length)));
        var samples = new float[_length];
        var position = 0;
        foreach (var piece in _pieces)
        {
            piece.CopyTo(samples, position);
            position += piece.Length;
        }

        Normalize(samples);
        await WaveFile.WriteAsync(path, samples, cancellationToken).ConfigureAwait(false);
        return new VoiceTiming(sceneId, ToSeconds(_length), _sentences.ToImmutable());
    }

    /// <summary>The limiter takes a little of the loudness where there are peaks, so that the gain is corrected once by what it left.</summary>
    private static void Normalize(float[] samples)
    {
        if (Loudness(samples) is not { } loudness)
        {
            return;
        }

        var gain = TargetLoudness - loudness;
        var trial = (float[])samples.Clone();
        GainCurve.Apply(trial, ToFactor(gain));
        gain += TargetLoudness - (Loudness(trial) ?? TargetLoudness);
        GainCurve.Apply(samples, ToFactor(gain));
    }

    private static double? Loudness(float[] samples)
    {
        var meter = new LoudnessMeter();
        meter.Add(samples);
        return meter.Integrated();
    }

    private static double ToFactor(double decibels) => Math.Pow(10, Math.Min(decibels, MaxGain) / 20);

    private static double ToSeconds(int samples) => samples / (double)SampleRate;

    /// <summary>The speech, and how many samples before it were dropped.</summary>
    private static (float[] Speech, int Dropped) Trim(float[] samples)
    {
        var loudest = samples.Length == 0 ? 0 : samples.Max(Math.Abs);
        if (!(loudest > 0) || !float.IsFinite(loudest))
        {
            return ([], 0);
        }

        var first = Array.FindIndex(samples, sample => Math.Abs(sample) > loudest * SilenceRatio);
        var last = Array.FindLastIndex(samples, sample => Math.Abs(sample) > loudest * SilenceRatio);
        var begin = Math.Max(0, first - SpeechMargin);
        return (samples[begin..Math.Min(samples.Length, last + 1 + SpeechMargin)], begin);
    }

    private void AddSilence(double seconds) => AddPiece(new float[(int)Math.Round(seconds * SampleRate)]);

    private void AddPiece(float[] samples)
    {
        _pieces.Add(samples);
        _length += samples.Length;
    }
}
