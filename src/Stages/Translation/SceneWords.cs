using System.Collections.Immutable;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Translation;

/// <summary>The words of a scene that people read: one walk over all of them, to collect them and to put others in their places.</summary>
internal static class SceneWords
{
    /// <summary>
    /// The scene with what <paramref name="map"/> makes of each text. Code, its language, pictures and the structure stay: a list has as many items, a table
    /// as many rows and cells.
    /// </summary>
    /// <param name="scene">In the document's language.</param>
    /// <param name="author">Who wrote it: a name, which is no word of a language.</param>
    /// <param name="map">What stands in place of a text.</param>
    public static Scene Map(Scene scene, string? author, Func<string, string> map) => scene with
    {
        Title = map(scene.Title),
        Chapter = map(scene.Chapter),
        Subtitle = scene.Subtitle is { } subtitle && subtitle != author ? MapText(scene, subtitle, map) : scene.Subtitle,
        Lead = scene.Lead is { } lead ? MapSentences(lead, map) : null,
        Lines = [.. scene.Lines.Select(line => MapLine(scene, line, map))],
        Points = scene.Points is { } points ? [.. points.Select(point => MapPoint(point, map))] : null,
        Columns = [.. scene.Columns.Select(map)],
        Rows = [.. scene.Rows.Select(row => row.Select(map).ToImmutableArray())],
    };

    /// <summary>The levels of an item, and the sign of one that goes on from the slide before, stand before its words.</summary>
    private static string MapLine(Scene scene, string line, Func<string, string> map)
    {
        var words = line.TrimStart(' ', '…');
        return string.Concat(line.AsSpan(0, line.Length - words.Length), MapText(scene, words, map));
    }

    private static ScenePoint MapPoint(ScenePoint point, Func<string, string> map)
    {
        var text = map(point.Text);
        return new ScenePoint(text, point.Number is null ? null : KeyPhrases.NumberIn(text));
    }

    /// <summary>The last scene names the video and its chapters once more, as they are called.</summary>
    private static string MapText(Scene scene, string text, Func<string, string> map) =>
        scene.Kind == SceneKind.Closing ? map(text) : MapSentences(text, map);

    /// <summary>By sentences, since the voice says a paragraph by sentences: what is said is then what is shown.</summary>
    private static string MapSentences(string text, Func<string, string> map)
    {
        var sentences = Sentences.Split(text).Select(map).ToList();
        return sentences.Count == 1 ? sentences[0] : string.Concat(sentences.Select((sentence, index) =>
            index > 0 && !IsWide(sentences[index - 1]) ? " " + sentence : sentence));
    }

    private static bool IsWide(string text) => text.Length > 0 && TextWidth.Of(text[^1..]) == 2;
}
