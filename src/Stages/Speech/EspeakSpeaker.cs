using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>The program espeak-ng: a voice for most languages.</summary>
internal sealed class EspeakSpeaker(MediaToolRunner tools) : ISpeaker
{
    public SpeechEngine Engine => SpeechEngine.Espeak;

    public async Task SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        foreach (var utterance in utterances)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, utterance.TextFile), utterance.Text, cancellationToken).ConfigureAwait(false);
            await tools.RunAsync(
                new MediaRun
                {
                    Tool = MediaTool.EspeakNg,
                    Arguments = ["-b", "1", "-v", utterance.Voice.Id, "-w", utterance.WaveFile, "-f", utterance.TextFile],
                    WorkingDirectory = folder,
                    Timeout = tools.Options.ShortRunTimeout,
                    Purpose = "Speaking with espeak-ng",
                },
                cancellationToken).ConfigureAwait(false);
        }

        await SampleFiles.ConvertAsync(tools, utterances, folder, cancellationToken).ConfigureAwait(false);
    }
}
