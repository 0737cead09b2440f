using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Stages.Video;

/// <summary>
/// The <c>input_config</c> of a task of this pipeline. The first ten members are those of the Python system (the state manager that this one replaces),
/// with their names and in their order. The document itself and its pictures are in the artifact store, so that a worker on another machine finds them.
/// </summary>
public sealed record DocumentVideoInput
{
    /// <summary>Always <c>document</c>.</summary>
    public string InputType { get; init; } = "document";

    /// <summary>What the document is called: its file name.</summary>
    public required string Source { get; init; }

    /// <summary>A name of the accent table, or <c>#RRGGBB</c>.</summary>
    public string AccentColor { get; init; } = "blue";

    /// <summary>A name of the speech engine in use.</summary>
    public string Voice { get; init; } = "slt";

    public ImmutableArray<string> Languages { get; init; } = ["en"];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OutputDir { get; init; }

    public bool AutoGenerate { get; init; } = true;

    public bool SkipReview { get; init; } = true;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResumeFrom { get; init; }

    /// <summary>Whether the narration is written by the configured chat model rather than by rules.</summary>
    public bool UseAiNarration { get; init; }

    /// <summary>The document as it was handed in.</summary>
    public required Artifact Document { get; init; }

    /// <summary>Local pictures that the document refers to, by the address as it stands in the document.</summary>
    public ImmutableSortedDictionary<string, Artifact> Images { get; init; } = ImmutableSortedDictionary<string, Artifact>.Empty;

    /// <summary>The languages (BCP 47) in which the video is made besides the document's own; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Translate { get; init; }

    /// <summary>What the video is called; null leaves it to the document.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    /// <summary>How words are said that a voice would say wrong, by the project of the document; the document's own list goes before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Pronounce { get; init; }

    /// <summary>The voice that the document's front matter names, where there is none of that name: it is another program's, and is passed over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ForeignVoice { get; init; }

    /// <summary>
    /// The names of the members (<c>voice</c>, <c>language</c>, <c>accent_color</c>, <c>size</c>) that somebody chose outright: they win over the
    /// document's front matter,
    /// all others yield to it.
    /// </summary>
    public ImmutableArray<string> Chosen { get; init; } = [];

    /// <summary>One of <see cref="ThemeNames"/>; null leaves it to the document.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Theme { get; init; }

    /// <summary>Pixels; even, 320 to 3840.</summary>
    public int Width { get; init; } = 1920;

    /// <summary>Pixels; even, 240 to 2160.</summary>
    public int Height { get; init; } = 1080;

    /// <summary>Frames a second: 24, 25, 30, 50 or 60.</summary>
    public int FrameRate { get; init; } = 30;

    public JsonText ToJson() => JsonText.FromElement(JsonSerializer.SerializeToElement(this, VideoJson.DocumentVideoInput));
}
