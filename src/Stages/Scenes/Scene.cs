using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Scenes;

/// <summary>What a scene shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneKind>))]
public enum SceneKind
{
    [JsonStringEnumMemberName("title")] Title,
    [JsonStringEnumMemberName("text")] Text,
    [JsonStringEnumMemberName("list")] List,
    [JsonStringEnumMemberName("code")] Code,
    [JsonStringEnumMemberName("quote")] Quote,
    [JsonStringEnumMemberName("table")] Table,
    [JsonStringEnumMemberName("image")] Image,
    [JsonStringEnumMemberName("closing")] Closing,
}

/// <summary>One scene of a video, as content_parsing stores it in <c>scenes.json</c>. All text is plain: no markup is left in it.</summary>
public sealed record Scene
{
    /// <summary><c>scene-001</c> and so on, in the order of the video; also the unit of the scene's stages.</summary>
    public required string Id { get; init; }

    public required SceneKind Kind { get; init; }

    /// <summary>The heading over the scene.</summary>
    public required string Title { get; init; }

    /// <summary>The chapter of the video that the scene belongs to: the last heading of the first or second level.</summary>
    public required string Chapter { get; init; }

    /// <summary>A line under the title of a title or closing scene, the source of a quote, or the caption of an image.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subtitle { get; init; }

    /// <summary>Paragraphs of a text or quote scene, items of a list scene. A nested item begins with two spaces for each level below the first.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    /// <summary>Whether the items of the first level of a list are numbered.</summary>
    public bool Ordered { get; init; }

    /// <summary>The number of the first item of a numbered list: more than 1 where a list goes on from the scene before.</summary>
    public int Start { get; init; } = 1;

    /// <summary>The source text of a code scene.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The language of the code, as the document names it: <c>csharp</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Language { get; init; }

    /// <summary>The head of a table scene.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>The body of a table scene; each row has as many cells as there are columns.</summary>
    public ImmutableArray<ImmutableArray<string>> Rows { get; init; } = [];

    /// <summary>The name of content_parsing's artifact with the picture of an image scene.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }
}

/// <summary>All scenes of a video, in order; <c>scenes.json</c>.</summary>
public sealed record SceneList(ImmutableArray<Scene> Scenes);

/// <summary>What is said in a scene; <c>script.json</c> of script_generation.</summary>
public sealed record SceneScript(string SceneId, ImmutableArray<ScriptSentence> Sentences);

/// <summary>One sentence of a narration.</summary>
/// <param name="Text">As captions show it.</param>
/// <param name="Speech">As the voice says it, where that differs from the text (symbols, numbers, names of files).</param>
public sealed record ScriptSentence(
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Speech = null);

/// <summary>When each sentence is heard; <c>timing.json</c> of audio_generation. Times are seconds from the start of the scene's <c>voice.wav</c>.</summary>
/// <param name="SceneId">Whose voice.</param>
/// <param name="Duration">Of the whole <c>voice.wav</c>, the pauses at both ends included. The scene's clip lasts as long, rounded up to whole frames.</param>
/// <param name="Sentences">In order, not overlapping.</param>
public sealed record VoiceTiming(string SceneId, double Duration, ImmutableArray<TimedSentence> Sentences);

/// <param name="Text">As captions show it.</param>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Silent">True where the voice could not speak the text, and a silence of reading length stands in.</param>
public sealed record TimedSentence(string Text, double Start, double End, bool Silent = false);
