using System.Globalization;
using VideoGen.Stages.Narration.Tables;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration;

/// <summary>What is said in a scene, by rules: close to what it shows, in the words of the document.</summary>
internal static class NarrationRules
{
    /// <summary>A longer title is not said once more at the end.</summary>
    private const int MaxRepeatedTitle = 70;

    /// <param name="scene">What is shown.</param>
    /// <param name="before">The scene before it, whose heading need not be said again.</param>
    /// <param name="config">Names the author and the language; in a language that the rules have no words for, only the document's own words are said.</param>
    public static IEnumerable<string> Write(Scene scene, Scene? before, VideoConfig config)
    {
        var phrases = Phrases.For(config.Language);
        string[] heading = [.. NeedsHeading(scene, before) ? [scene.Title] : Array.Empty<string>(), .. scene.Lead is { } lead ? [lead] : Array.Empty<string>()];
        return scene.Kind switch
        {
            SceneKind.Title => Title(scene, config.Author, phrases),
            SceneKind.Text => [.. heading, .. scene.Lines],
            SceneKind.List => [.. heading, .. List(scene, phrases)],
            SceneKind.Code => [.. heading, .. Code(scene, before, phrases)],
            SceneKind.Quote when scene.Subtitle is { } source =>
                [.. heading, .. scene.Lines, phrases.IsEnglish && IsName(source) ? $"Said by {source}" : source],
            SceneKind.Quote => [.. heading, .. scene.Lines],
            SceneKind.Table => [.. heading, .. TableNarration.Write(scene, before, config.Language, phrases)],
            SceneKind.Image => [.. heading, .. scene.Code is null ? Image(scene, phrases) : Code(scene, before, phrases)],
            SceneKind.Closing => Closing(scene, phrases),
            _ => heading,
        };
    }

    private static bool NeedsHeading(Scene scene, Scene? before) =>
        before is null
        || (!IsSaidBy(before.Title, scene.Title) && !(scene.Lines is [var first, ..] && first.StartsWith(scene.Title, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A long heading is cut where it stands over several slides; who heard it whole need not hear its beginning.</summary>
    private static bool IsSaidBy(string before, string title) =>
        before == title || (title.EndsWith('…') && before.StartsWith(title.TrimEnd('…'), StringComparison.Ordinal))
        || before.StartsWith(title + ": ", StringComparison.Ordinal);

    private static IEnumerable<string> Title(Scene scene, string? author, Phrases phrases)
    {
        yield return scene.Title;
        if (scene.Subtitle is { } subtitle)
        {
            yield return phrases.IsEnglish && subtitle == author ? $"By {subtitle}" : subtitle;
        }
    }

    /// <summary>A name of a person, rather than of a book or a rule.</summary>
    private static bool IsName(string text) =>
        text.Length <= 60
        && text[^1] is not ('.' or '!' or '?')
        && text.Split(' ').All(word => char.IsUpper(word[0]) || word is "and" or "von" or "van" or "de" or "der");

    private static IEnumerable<string> Code(Scene scene, Scene? before, Phrases phrases) =>
        phrases.IsEnglish ? CodeNarration.Describe(scene, before)
            : phrases.Example is { } example ? [example]
            : [];

    private static IEnumerable<string> List(Scene scene, Phrases phrases)
    {
        var number = scene.Start;
        foreach (var line in scene.Lines)
        {
            var isNested = line.StartsWith(' ');
            var text = line.Trim().TrimStart('…', ' ');
            yield return scene.Ordered && !isNested && phrases.IsEnglish && scene.Lines.Length > 1 ? $"{Ordinal(number)}: {text}" : text;
            number += isNested ? 0 : 1;
        }
    }

    private static string Ordinal(int number) => number switch
    {
        1 => "First",
        2 => "Second",
        3 => "Third",
        4 => "Fourth",
        5 => "Fifth",
        _ => string.Create(CultureInfo.InvariantCulture, $"Number {number}"),
    };

    private static IEnumerable<string> Image(Scene scene, Phrases phrases)
    {
        if (scene.Subtitle is { } caption)
        {
            yield return caption;
        }
        else if (phrases.IsEnglish)
        {
            yield return "Here is a picture.";
        }
        else if (phrases.Picture is { } words)
        {
            yield return words;
        }
    }

    private static IEnumerable<string> Closing(Scene scene, Phrases phrases)
    {
        if (phrases.IsEnglish)
        {
            yield return scene.Subtitle is { Length: <= MaxRepeatedTitle } title ? $"That was “{title.TrimEnd('.')}”." : "That was all.";
        }

        yield return $"{scene.Title}.";
    }
}
