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
}

/// <summary>A voice of an engine.</summary>
/// <param name="Engine">What speaks.</param>
/// <param name="Id">The engine's own name of the voice.</param>
public sealed record Voice(SpeechEngine Engine, string Id)
{
    public const string EspeakPrefix = "espeak:";

    public const string ServicePrefix = "openai:";

    /// <summary>Festival's voice.</summary>
    public const string Hts = "slt-hts";

    /// <summary>Whether it reads English alone.</summary>
    public bool IsEnglish => Engine is SpeechEngine.Flite or SpeechEngine.Festival;

    /// <summary>As a person writes it: <c>slt</c>, <c>espeak:en-gb</c>, <c>openai:alloy</c>.</summary>
    public string Name => Engine switch
    {
        SpeechEngine.Espeak => EspeakPrefix + Id,
        SpeechEngine.Service => ServicePrefix + Id,
        _ => Id,
    };

    public override string ToString() => Name;
}
