using System.Collections.Immutable;

namespace VideoGen.Stages.Speech;

/// <summary>One piece of text for one voice.</summary>
/// <param name="Index">Its place in the scene.</param>
/// <param name="Text">In the form that the voice's engine reads.</param>
/// <param name="Voice">Who speaks.</param>
internal sealed record Utterance(int Index, string Text, Voice Voice)
{
    /// <summary>The text as a file, for engines that read one.</summary>
    public string TextFile => $"utterance-{Index:0000}.txt";

    /// <summary>What an engine made, where it does not make the samples itself.</summary>
    public string WaveFile => $"utterance-{Index:0000}.wav";

    /// <summary>When each word is heard, where the engine says so.</summary>
    public string TimesFile => $"utterance-{Index:0000}.times";

    /// <summary>The sound: raw samples of 48 kHz, one channel, 32-bit floats.</summary>
    public string SampleFile => $"utterance-{Index:0000}.f32";
}

/// <summary>Turns text into sound.</summary>
internal interface ISpeaker
{
    SpeechEngine Engine { get; }

    /// <summary>Leaves a <see cref="Utterance.SampleFile"/> in the folder for each utterance that it can read.</summary>
    /// <returns>What is not as it should be, each as a sentence without its end, for the person who asked for the film.</returns>
    Task<ImmutableArray<string>> SpeakAsync(IReadOnlyList<Utterance> utterances, string folder, CancellationToken cancellationToken);
}
