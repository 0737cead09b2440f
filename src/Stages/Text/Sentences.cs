using System.Text.RegularExpressions;

namespace VideoGen.Stages.Text;

/// <summary>Splits text into sentences that fit a caption.</summary>
internal static partial class Sentences
{
    /// <summary>
    /// The greatest width of one sentence that is spoken in one breath. A longer one is split at a comma, else before a conjunction, else between
    /// words.
    /// </summary>
    public const int MaxWidth = 300;

    /// <summary>The most characters of one sentence, as a multiple of its width: some, such as combining marks, have none.</summary>
    private const int LengthPerWidth = 4;

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "e.g", "i.e", "etc", "vs", "cf", "al", "approx", "dr", "mr", "mrs", "ms", "prof", "st", "no", "fig", "sec", "ch", "vol", "p", "pp", "eq", "ver",
        "v", "inc", "ltd", "co", "corp", "resp", "dept",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "d.h", "bzw", "usw", "ca", "nr", "т.е", "т.к", "т.д",
        "т.п", "др", "см", "рис", "стр", "гл",
    };

    /// <summary>Words that begin a part of a sentence.</summary>
    private static readonly HashSet<string> Joints = new(
        ("and or but because although while when where which that so if und oder aber weil obwohl während wenn dass damit et ou mais parce lorsque "
            + "quand qui que y o pero porque "
        + "aunque cuando e ma perché quando che и или но потому когда который").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The sentences of a paragraph, each as it stands there.</summary>
    public static IReadOnlyList<string> Split(string text) => Split(text, MaxWidth);

    /// <param name="text">A paragraph.</param>
    /// <param name="maxWidth">The greatest width of one sentence.</param>
    public static IReadOnlyList<string> Split(string text, int maxWidth)
    {
        var sentences = new List<string>();
        var start = 0;
        foreach (Match end in EndMark().Matches(text))
        {
            var next = end.Index + end.Length;
            if (next > start && IsEnd(text, start, end, next))
            {
                Add(sentences, text[start..next], maxWidth);
                start = next;
            }
        }

        Add(sentences, text[start..], maxWidth);
        return sentences;
    }

    private static bool IsEnd(string text, int start, Match end, int next)
    {
        if (end.Groups["wide"].Success)
        {
            return true;
        }

        if (next < text.Length && !char.IsWhiteSpace(text[next]))
        {
            return false;
        }

        var follows = text.AsSpan(next).TrimStart();
        if (end.Groups["dots"].ValueSpan is not ".")
        {
            // "Wait… what?" goes on; so does "Yahoo! was".
            return follows.IsEmpty || !char.IsLower(follows[0]);
        }

        var before = text.AsSpan(start, end.Index - start);
        var word = before[(before.LastIndexOfAny(" (\u201C\"'") + 1)..].ToString();
        var isAbbreviation = Abbreviations.Contains(word) || word is [>= 'A' and <= 'Z']
            || (word.Length > 0 && before.Length == word.Length && word.All(char.IsAsciiDigit));
        return follows.IsEmpty || (!char.IsLower(follows[0]) && !(isAbbreviation && !IsLikelyStart(word, follows)));
    }

    /// <summary>"… logs, metrics, etc. The rest" ends there all the same; "Fig. 3" and "J. Smith" do not.</summary>
    private static bool IsLikelyStart(string abbreviation, ReadOnlySpan<char> follows) =>
        abbreviation is "etc" or "inc" or "ltd" or "co" or "corp" && char.IsUpper(follows[0]);

    private static void Add(List<string> sentences, string text, int maxWidth)
    {
        var rest = text.AsSpan().Trim();
        while (CutAt(rest, maxWidth) is var cut && cut < rest.Length)
        {
            sentences.Add(rest[..cut].TrimEnd().ToString());
            rest = rest[cut..].TrimStart();
        }

        if (!rest.IsEmpty)
        {
            sentences.Add(rest.ToString());
        }
    }

    private static bool BeginsClause(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(' ');
        return end > 0 && Joints.Contains(text[..end].ToString());
    }

    /// <summary>
    /// The best place to split a long sentence: behind a comma in its second half, else between words, else anywhere. For one that fits, its end.
    /// </summary>
    private static int CutAt(ReadOnlySpan<char> text, int maxWidth)
    {
        int width = 0, comma = 0, joint = 0, space = 0, index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += TextWidth.Of(rune);
            if (width > maxWidth || index > maxWidth * LengthPerWidth)
            {
                return comma > 0 ? comma : joint > 0 ? joint : space > 0 ? space : index;
            }

            index += rune.Utf16SequenceLength;
            var isComma = rune.Value is ',' or ';' or ':' or '—' or '–' or '，' or '、' or '；' or '،';
            if (isComma && width > maxWidth / 2 && (rune.Value > 0x2FFF || index >= text.Length || text[index] == ' '))
            {
                comma = index;
            }
            else if (rune.Value == ' ' && width > maxWidth / 4)
            {
                space = index;
                joint = width > maxWidth / 2 && BeginsClause(text[index..]) ? index : joint;
            }
        }

        return text.Length;
    }

    [GeneratedRegex("""(?:(?<wide>[。！？]+)|(?<dots>[.!?…؟।]+))["'”’»)\]」』]*""", RegexOptions.ExplicitCapture)]
    private static partial Regex EndMark();
}
