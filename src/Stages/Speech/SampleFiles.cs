using System.Runtime.InteropServices;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>Sound between two steps: raw samples of 48 kHz, one channel, 32-bit floats.</summary>
internal static class SampleFiles
{
    /// <summary>
    /// What finishes a synthetic voice: more of the consonants. Of the links that were tried, this one has a recognizer hear more words.
    /// </summary>
    private const string Finish = "treble=g=3:f=3000:t=s:w=0.7";

    /// <summary>The arguments that make ffmpeg write its <paramref name="input"/>th input as the samples of an utterance.</summary>
    public static IEnumerable<string> Output(Utterance utterance, int input) =>
    [
        "-map", $"{FfmpegArguments.Number(input)}:a", .. utterance.Voice.Engine == SpeechEngine.Service ? Array.Empty<string>() : ["-af", Finish],
        "-ar", FfmpegArguments.Number(LoudnessMeter.SampleRate), "-ac", "1", "-c:a", "pcm_f32le", "-f", "f32le", utterance.SampleFile,
    ];

    /// <summary>Turns what engines made into samples.</summary>
    public static async Task ConvertAsync(MediaToolRunner tools, IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        foreach (var part in utterances.Chunk(64))
        {
            await tools.RunAsync(
                new MediaRun
                {
                    Tool = MediaTool.Ffmpeg,
                    Arguments =
                    [
                        .. FfmpegArguments.Start,
                        .. part.SelectMany(utterance => (string[])[.. FfmpegArguments.LocalOnly, "-f", "wav", "-i", utterance.WaveFile]),
                        .. part.SelectMany(Output),
                    ],
                    WorkingDirectory = folder,
                    Timeout = tools.Options.ShortRunTimeout,
                    Purpose = "Reading the spoken sound",
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    public static async Task<float[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, bytes.Length - (bytes.Length % sizeof(float)))).ToArray();
    }
}
