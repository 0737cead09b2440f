using VideoGen.Stages.Video;

namespace VideoGen.Stages.Intake;

/// <summary>What the person who hands in a document may choose. Null leaves a choice to the document's front matter, and then to the default.</summary>
public sealed record VideoChoices
{
    public string? Voice { get; init; }

    /// <summary>A name of <see cref="AccentColors"/>, or <c>#RRGGBB</c>.</summary>
    public string? Accent { get; init; }

    /// <summary>A name of <see cref="ThemeNames"/>.</summary>
    public string? Theme { get; init; }

    /// <summary><c>1920x1080</c>.</summary>
    public string? Size { get; init; }

    public string? Title { get; init; }

    /// <summary>The language of the document (BCP 47): it is spoken, captioned and broken by its rules.</summary>
    public string? Language { get; init; }

    /// <summary>The languages in which the video is made too, between commas: <c>de, fr</c>.</summary>
    public string? Translate { get; init; }

    /// <summary>Whether a chat model writes the narration.</summary>
    public bool UseAi { get; init; }
}
