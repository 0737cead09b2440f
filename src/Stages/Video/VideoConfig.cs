using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Video;

/// <summary>
/// What all scenes of a video have in common; <c>video_config.json</c> of input_adaptation. What was chosen outright wins over the document's front matter,
/// which wins over defaults.
/// </summary>
internal sealed record VideoConfig
{
    public required string Title { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Author { get; init; }

    /// <summary><c>#RRGGBB</c>.</summary>
    public required string AccentColor { get; init; }

    /// <summary>One of <see cref="ThemeNames"/>; null for the default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Theme { get; init; }

    public required string Voice { get; init; }

    /// <summary>Whether somebody named the voice. Where nobody did, another one may speak a language that it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsVoiceChosen { get; init; }

    /// <summary>BCP 47: <c>en</c>, <c>de</c>, ...</summary>
    public required string Language { get; init; }

    /// <summary>How words are said that a voice would say wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Pronounce { get; init; }

    public bool UseAiNarration { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Frames a second.</summary>
    public required int FrameRate { get; init; }
}
