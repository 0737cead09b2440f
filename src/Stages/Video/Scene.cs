using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace VideoGen.Stages.Video;

/// <summary>What a scene shows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneKind>))]
internal enum SceneKind
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
internal sealed record Scene
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

    /// <summary>The words that lead to what the scene shows, which the voice says first: "You need the following tools:".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Lead { get; init; }

    /// <summary>Paragraphs of a text or quote scene, items of a list scene. A nested item begins with two spaces for each level below the first.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    /// <summary>
    /// What the slide shows of the lines, in their own words: up to three key phrases of a text scene, or the short form of each item of a list scene. The
    /// voice says the lines whole. Null where the lines are shown as they stand.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<ScenePoint>? Points { get; init; }

    /// <summary>Whether the scene shows a part of a list, table or piece of code that goes on in its neighbours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPart { get; init; }

    /// <summary>Whether the items of the first level of a list are numbered.</summary>
    public bool Ordered { get; init; }

    /// <summary>The number of the first item of a numbered list: more than 1 where a list goes on from the scene before.</summary>
    public int Start { get; init; } = 1;

    /// <summary>The source text of a code scene, or of the picture of an image scene that was drawn from it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The language of the code, as the document names it: <c>csharp</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Language { get; init; }

    /// <summary>The head of a table scene.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>The body of a table scene; each row has as many cells as there are columns.</summary>
    public ImmutableArray<ImmutableArray<string>> Rows { get; init; } = [];

    /// <summary>How many rows the whole table has, where a table scene shows some of them; 0 where it shows all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int AllRows { get; init; }

    /// <summary>The name of content_parsing's artifact with the picture of an image scene.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }
}

/// <summary>A phrase that a slide shows.</summary>
/// <param name="Text">In the document's own words.</param>
/// <param name="Number">The number that matters in it, with its unit, where there is one: <c>42 %</c>.</param>
internal sealed record ScenePoint(string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Number = null);

/// <summary>All scenes of a video, in order; <c>scenes.json</c>.</summary>
/// <param name="Scenes">In the document's own language.</param>
/// <param name="Translations">The other languages in which the video is made (BCP 47); null for none.</param>
internal sealed record SceneList(
    ImmutableArray<Scene> Scenes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Translations = null);
