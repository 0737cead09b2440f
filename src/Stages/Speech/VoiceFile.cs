using VideoGen.Client.Stages;
using VideoGen.Stages.Media;
using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Speech;

/// <summary>
/// A neural voice that the person at this machine named by its file: <c>voices/en_US-lessac-medium.onnx</c>, or with <c>#3</c> or <c>#name</c> behind it for
/// one of its speakers.
/// </summary>
/// <param name="Path">Of the model.</param>
/// <param name="VoiceName">What a task says for it: a name, and the beginning of the files' hash.</param>
public sealed record VoiceFile(string Path, string VoiceName)
{
    /// <summary>Digits of the hash that tell one model from all others that a person has.</summary>
    private const int HashDigits = 12;

    /// <summary>Whether what somebody gave for a voice is a file.</summary>
    public static bool IsNamedBy(string voice)
    {
        ArgumentNullException.ThrowIfNull(voice);
        return Split(voice) is not null;
    }

    /// <summary>Looks whether the files are there and whether this machine can read them.</summary>
    /// <exception cref="StageFailedException">They are not, or it cannot; the message says what to do.</exception>
    public static async Task<VoiceFile> ReadAsync(string named, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(named);
        var (file, speaker) = Split(named) ?? throw new ArgumentException($"'{named}' is no file of a voice.", nameof(named));
        var path = System.IO.Path.GetFullPath(file);
        var voices = new Voices(new MediaToolRunner(new MediaOptions(), TimeProvider.System), new SpeechOptions(), new PiperModels([path]));
        var id = new PiperId(PiperModel.NameOf(path), null, speaker);
        var voice = await voices.FindAsync(Voice.PiperPrefix + id, cancellationToken).ConfigureAwait(false);
        return new VoiceFile(path, voice.Pinned(HashDigits));
    }

    private static (string File, string? Speaker)? Split(string voice)
    {
        if (voice.EndsWith(PiperModel.Ending, StringComparison.OrdinalIgnoreCase))
        {
            return (voice, null);
        }

        var speakerAt = voice.LastIndexOf(PiperModel.Ending + "#", StringComparison.OrdinalIgnoreCase) + PiperModel.Ending.Length;
        return speakerAt < PiperModel.Ending.Length ? null : (voice[..speakerAt], voice[(speakerAt + 1)..]);
    }
}
