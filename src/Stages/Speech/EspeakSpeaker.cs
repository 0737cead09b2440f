using System.Collections.Immutable;
using System.Text;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>The program espeak-ng: a voice for most languages.</summary>
internal sealed class EspeakSpeaker(MediaToolRunner tools) : ISpeaker
{
    private const int WordsPerMinute = 155;

    public SpeechEngine Engine => SpeechEngine.Espeak;

    public async Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        var spoken = new List<Utterance>();
        var speed = FfmpegArguments.Number((int)(WordsPerMinute * SpeechPace.Of(utterances.Select(utterance => utterance.Text))));
        foreach (var utterance in utterances)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, utterance.TextFile), utterance.Text, cancellationToken).ConfigureAwait(false);
            if (!await ReadsAsync(utterance, folder, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            spoken.Add(utterance);
            await tools.RunAsync(
                new MediaRun
                {
                    Tool = MediaTool.EspeakNg,
                    Arguments = ["-b", "1", "-s", speed, "-v", utterance.Voice.Id, "-w", utterance.WaveFile, "-f", utterance.TextFile],
                    WorkingDirectory = folder,
                    Timeout = tools.Options.ShortRunTimeout,
                    Purpose = "Speaking with espeak-ng",
                },
                cancellationToken).ConfigureAwait(false);
        }

        await SampleFiles.ConvertAsync(tools, spoken, folder, cancellationToken).ConfigureAwait(false);
        return [];
    }

    /// <summary>
    /// Whether the voice reads the characters of a text. Of those that it does not know it says the name in English: phonemes of another language in
    /// a text without a Latin
    /// letter. Only Chinese characters are in question.
    /// </summary>
    private async Task<bool> ReadsAsync(Utterance utterance, string folder, CancellationToken cancellationToken)
    {
        if (!utterance.Text.Any(c => c is >= '\u3400' and <= '\u9FFF') || utterance.Text.Any(char.IsAsciiLetter))
        {
            return true;
        }

        var phonemes = new StringBuilder();
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.EspeakNg,
                Arguments = ["-q", "-x", "-b", "1", "-v", utterance.Voice.Id, "-f", utterance.TextFile],
                WorkingDirectory = folder,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = "Asking espeak-ng what it reads",
                OutputLine = line => phonemes.AppendLine(line),
            },
            cancellationToken).ConfigureAwait(false);
        return !phonemes.ToString().Contains("(en)", StringComparison.Ordinal);
    }
}
