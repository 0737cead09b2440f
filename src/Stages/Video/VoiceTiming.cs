using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Video;

/// <summary>When each sentence is heard; <c>timing.json</c> of audio_generation. Times are seconds from the start of the scene's <c>voice.wav</c>.</summary>
/// <param name="SceneId">Whose voice.</param>
/// <param name="Duration">Of the whole <c>voice.wav</c>, the pauses at both ends included. The scene's clip lasts as long, rounded up to whole frames.</param>
/// <param name="Sentences">In order, not overlapping.</param>
internal sealed record VoiceTiming(string SceneId, double Duration, ImmutableArray<TimedSentence> Sentences);

/// <param name="Text">As captions show it.</param>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Silent">True where the voice could not speak the text, and a silence of reading length stands in.</param>
/// <param name="Words">When each word is heard, where the voice says so; null where it does not.</param>
internal sealed record TimedSentence(
    string Text,
    double Start,
    double End,
    bool Silent = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<TimedWord>? Words = null);

/// <param name="Text">As it stands in the sentence.</param>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
internal sealed record TimedWord(string Text, double Start, double End);
