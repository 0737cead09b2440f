using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Captions;

/// <summary>A piece of a caption that is never parted: a word, a part of a very long one, or a character of a script without spaces.</summary>
/// <param name="Text">Without the space before it.</param>
/// <param name="Width">In units of a Latin letter.</param>
/// <param name="HasSpace">Whether a space parts it from the piece before.</param>
/// <param name="Start">When it is heard, in seconds of the video.</param>
/// <param name="End">When it ends.</param>
/// <param name="EndsSentence">Whether it is the last of its sentence.</param>
internal readonly record struct CaptionWord(string Text, int Width, bool HasSpace, double Start, double End, bool EndsSentence)
{
    /// <summary>The pieces of a sentence; where the voice did not say when each word is heard, each has its share of the time.</summary>
    public static IEnumerable<CaptionWord> Of(TimedSentence sentence, double offset)
    {
        var clean = string.Concat(sentence.Text.Select(c => char.IsControl(c) ? ' ' : c));
        var words = clean.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var timed = sentence.Words is { } times && times.Length == words.Length ? times : (ImmutableArray<TimedWord>?)null;
        var total = Math.Max(1, words.Sum(TextWidth.Of) + words.Length - 1);
        var read = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var width = TextWidth.Of(words[i]);
            double At(int units) => sentence.Start + ((sentence.End - sentence.Start) * units / total);
            var (start, end) = timed is { } known ? (known[i].Start, known[i].End) : (At(read), At(read + width));
            var pieces = Pieces(words[i]);
            var done = 0;
            for (var k = 0; k < pieces.Count; k++)
            {
                var (from, to) = (done, done + TextWidth.Of(pieces[k]));
                var length = Math.Max(1, width);
                yield return new CaptionWord(
                    pieces[k],
                    to - from,
                    k == 0 && i > 0,
                    offset + start + ((end - start) * from / length),
                    offset + start + ((end - start) * to / length),
                    i == words.Length - 1 && k == pieces.Count - 1);
                done = to;
            }

            read += width + 1;
        }
    }

    /// <summary>Scripts without spaces can go on in a new line behind each character, but no line begins with a mark of punctuation.</summary>
    private static List<string> Pieces(string word)
    {
        if (word.All(char.IsAscii) && word.Length <= Caption.MaxLineWidth)
        {
            return [word];
        }

        var pieces = new List<string>();
        var isLong = TextWidth.Of(word) > Caption.MaxLineWidth;
        for (var i = 0; i < word.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(word, i);
            var element = word.Substring(i, length);
            var joins = pieces.Count > 0
                && (IsClosing(element) || IsOpening(pieces[^1][^1]) || !(IsWide(element) || IsWide(pieces[^1])))
                && !(isLong && TextWidth.Of(pieces[^1]) + TextWidth.Of(element) > Caption.MaxLineWidth);
            if (joins)
            {
                pieces[^1] += element;
            }
            else
            {
                pieces.Add(element);
            }

            i += length;
        }

        return pieces;
    }

    private static bool IsWide(string text) => text.Length > 0 && TextWidth.Of(text[^1..]) == 2 && char.IsLetter(text[^1]);

    private static bool IsClosing(string text) => text is [var c, ..] && (char.IsPunctuation(c) || c is '々' or 'ー') && !IsOpening(c);

    private static bool IsOpening(char c) => c is '（' or '「' or '『' or '《' or '【' or '“' or '‘' or '(' or '[' or '«';
}
