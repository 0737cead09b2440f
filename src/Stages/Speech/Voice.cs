using VideoGen.Stages.Piper;

namespace VideoGen.Stages.Speech;

/// <summary>What turns text into sound.</summary>
public enum SpeechEngine
{
    /// <summary>Built into ffmpeg; speaks English.</summary>
    Flite,

    /// <summary>The program espeak-ng, with many languages.</summary>
    Espeak,

    /// <summary>The configured speech service.</summary>
    Service,

    /// <summary>The program festival with its HTS voice; speaks English, and says when each word is heard.</summary>
    Festival,

    /// <summary>A neural model in Piper's form, from a file that the command line or the configuration names.</summary>
    Piper,
}

/// <summary>A voice of an engine.</summary>
/// <param name="Engine">What speaks.</param>
/// <param name="Id">The engine's own name of the voice.</param>
public sealed record Voice(SpeechEngine Engine, string Id)
{
    public const string EspeakPrefix = "espeak:";

    public const string ServicePrefix = "openai:";

    public const string PiperPrefix = "piper:";

    /// <summary>Festival's voice.</summary>
    public const string Hts = "slt-hts";

    /// <summary>Whether it reads English alone.</summary>
    public bool IsEnglish => Engine is SpeechEngine.Flite or SpeechEngine.Festival;

    /// <summary>The language of a model; null for voices whose engine says it, and for models that do not.</summary>
    internal string? Language { get; init; }

    /// <summary>The SHA-256 of the files of a model; null for other voices.</summary>
    internal string? ModelHash { get; init; }

    /// <summary>As a person writes it: <c>slt</c>, <c>espeak:en-gb</c>, <c>openai:alloy</c>, <c>piper:en_US-lessac-medium#3</c>.</summary>
    public string Name => Engine switch
    {
        SpeechEngine.Piper => PiperPrefix + Id,
        SpeechEngine.Espeak => EspeakPrefix + Id,
        SpeechEngine.Service => ServicePrefix + Id,
        _ => Id,
    };

    /// <summary>
    /// The name that means this content of a model's files alone: another file of the same name is another voice. For other voices, their name.
    /// </summary>
    /// <param name="digits">Of the hash.</param>
    internal string Pinned(int digits = 64) =>
        ModelHash is { } hash ? PiperPrefix + (PiperId.Parse(Id) with { Hash = hash[..digits] }) : Name;

    public override string ToString() => Name;
}
