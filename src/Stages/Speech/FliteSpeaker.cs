using System.Collections.Immutable;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>
/// ffmpeg's own voices. Many sentences are spoken by one process, because starting it takes longer than speaking a short one. The text goes
/// through files of plain names: inside a filter it could name files and addresses to open.
/// </summary>
internal sealed class FliteSpeaker(MediaToolRunner tools) : ISpeaker
{
    /// <summary>Sentences of one process; each is held as a whole while it is written.</summary>
    private const int MaxSentences = 24;

    public SpeechEngine Engine => SpeechEngine.Flite;

    public async Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        foreach (var part in utterances.Chunk(MaxSentences))
        {
            foreach (var utterance in part)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, utterance.TextFile), utterance.Text, cancellationToken).ConfigureAwait(false);
            }

            await tools.RunAsync(
                new MediaRun
                {
                    Tool = MediaTool.Ffmpeg,
                    Arguments =
                    [
                        .. FfmpegArguments.Start,
                        .. part.SelectMany(utterance => new[] { "-f", "lavfi", "-i", $"flite=textfile={utterance.TextFile}:voice={utterance.Voice.Id}" }),
                        .. part.SelectMany(SampleFiles.Output),
                    ],
                    WorkingDirectory = folder,
                    Timeout = tools.Options.ShortRunTimeout,
                    Purpose = "Speaking with ffmpeg",
                },
                cancellationToken).ConfigureAwait(false);
        }

        return [];
    }
}
