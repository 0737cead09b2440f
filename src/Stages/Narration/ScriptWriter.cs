using System.Collections.Immutable;
using System.Text;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration;

/// <summary>
/// Makes a script out of the paragraphs of a narration: sentences that fit a caption, each with what the voice says, not longer than a scene may take.
/// </summary>
internal static class ScriptWriter
{
    /// <summary>About a minute of speech, at fifteen letters a second.</summary>
    public const int MaxWidth = 900;

    /// <param name="scene">What is shown.</param>
    /// <param name="paragraphs">What is to be said.</param>
    /// <param name="isEnglish">Whether numbers and signs become English words.</param>
    /// <param name="pronounce">How words are said that a voice says wrong.</param>
    /// <param name="left">How many sentences are not said, because the scene would take too long.</param>
    /// <param name="maxWidth">The most that is said, in letters.</param>
    public static SceneScript Write(
        Scene scene, IEnumerable<string> paragraphs, bool isEnglish, IReadOnlyDictionary<string, string>? pronounce, out int left, int maxWidth = MaxWidth)
    {
        var sentences = ImmutableArray.CreateBuilder<ScriptSentence>();
        var width = 0;
        left = 0;
        foreach (var text in paragraphs.SelectMany(paragraph => Sentences.Split(Finish(paragraph))))
        {
            if (left > 0)
            {
                left += text.Any(char.IsLetterOrDigit) ? 1 : 0;
                continue;
            }

            var speech = SpeechForm.Of(text, isEnglish, pronounce);
            if (speech is "")
            {
                continue;
            }

            width += SpokenWidth(speech ?? text);
            if (sentences.Count > 0 && width > maxWidth)
            {
                left = 1;
                continue;
            }

            var caption = SpeechForm.CaptionOf(text);
            sentences.Add(new ScriptSentence(caption, caption == text ? speech : speech ?? text));
        }

        if (sentences.Count == 0)
        {
            // A scene lasts as long as its voice, so something must be said. Only its heading is left.
            sentences.Add(new ScriptSentence(scene.Title, SpeechForm.Of(scene.Title, isEnglish, pronounce)));
        }

        return new SceneScript(scene.Id, sentences.ToImmutable());
    }

    /// <summary>A heading or an item becomes a sentence, so that the voice falls and pauses.</summary>
    private static string Finish(string paragraph)
    {
        var text = paragraph.Trim();
        var isOpen = text.Length > 0 && (char.IsLetterOrDigit(text[^1]) || text[^1] is ')' or '"' or '”' or '%' or '）' or '」');
        return !isOpen ? text : TextWidth.Of(new Rune(text[^1] is ')' or '"' or '”' or '%' && text.Length > 1 ? text[^2] : text[^1])) == 2 ? text + "。"
            : text + ".";
    }

    /// <summary>A Chinese character takes about as long to say as three letters.</summary>
    private static int SpokenWidth(string text) => text.EnumerateRunes().Sum(rune => TextWidth.Of(rune) == 2 ? 3 : 1);
}
