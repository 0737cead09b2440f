using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Speech;

/// <summary>
/// The program festival with the voice cmu_us_slt_arctic_hts. One process speaks all sentences of a scene, for it takes half a second to start.
/// A text is read from a file of a plain name and is never a part of the program: within Scheme it could call anything.
/// </summary>
internal sealed class FestivalSpeaker(MediaToolRunner tools) : ISpeaker
{
    public const string VoiceName = "cmu_us_slt_arctic_hts";

    /// <summary>
    /// Of the voice's own speed, for words of usual length. The synthesizer slows down, which is clearer than stretching its sound.
    /// </summary>
    private const double Rate = 0.75;

    private const string Script = "speak.scm";

    public SpeechEngine Engine => SpeechEngine.Festival;

    public async Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken)
    {
        var script = new StringBuilder(Prelude(Rate * SpeechPace.Of(utterances.Select(utterance => utterance.Text))));
        foreach (var utterance in utterances)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, utterance.TextFile), utterance.Text, cancellationToken).ConfigureAwait(false);
            script.Append(CultureInfo.InvariantCulture, $"(speak-file \"{utterance.TextFile}\" \"{utterance.WaveFile}\" \"{utterance.TimesFile}\")\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, Script), script.ToString(), cancellationToken).ConfigureAwait(false);
        await tools.RunAsync(
            new MediaRun
            {
                Tool = MediaTool.Festival,
                Arguments = ["--batch", Script],
                WorkingDirectory = folder,
                Timeout = tools.Options.ShortRunTimeout,
                Purpose = "Speaking with festival",
            },
            cancellationToken).ConfigureAwait(false);
        await SampleFiles.ConvertAsync(tools, utterances, folder, cancellationToken).ConfigureAwait(false);
        return [];
    }

    /// <summary>A line for each token: when its first word begins, when its last one ends (0 where that is unknown), and the token.</summary>
    private static string Prelude(double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        (voice_{{VoiceName}})
        (set! hts_engine_params (append hts_engine_params (list (list "-r" {{rate:0.000}}))))
        (define (read-whole name)
          (let ((file (fopen name "r")) (text "") (part nil))
            (while (set! part (fread 512 file)) (set! text (string-append text part)))
            (fclose file)
            text))
        (define (speak-file name wave times)
          (let ((utt (utt.synth (eval (list 'Utterance 'Text (read-whole name))))) (out (fopen times "w")))
            (utt.save.wave utt wave 'riff)
            (mapcar
              (lambda (token)
                (if (item.daughter1 token)
                    (format out "%f %f %s\n" (item.feat token "daughter1.word_start") (item.feat token "daughtern.word_end") (item.name token))))
              (utt.relation.items utt 'Token))
            (fclose out)))

        """);
}
