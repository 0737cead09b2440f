using VideoGen.Stages.Slides;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Translation;

/// <summary>What each text is in another language. It is first asked for everything, and says then what it lacks.</summary>
/// <param name="from">The language of the document.</param>
/// <param name="to">The other one.</param>
internal sealed class Glossary(string from, string to)
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _wanted = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>The texts that were asked for and are not known, in the order in which they were first asked for.</summary>
    public IReadOnlyList<string> Wanted => _wanted;

    public void Add(string text, string translation) => _known[text] = translation;

    /// <summary>
    /// The text in the other language, or as it is where it is not known yet. What has no words stays: code, addresses, signs. So do numbers, but for the
    /// signs that group their digits.
    /// </summary>
    public string Translate(string text)
    {
        if (!text.Any(char.IsLetter) && TableNumber.TryRead(text, from, out _))
        {
            return TableNumber.HasDecimalComma(from) == TableNumber.HasDecimalComma(to) ? text : string.Concat(text.Select(Swapped));
        }

        if (_known.TryGetValue(text, out var known))
        {
            return known;
        }

        if (!KeptWords.Of(text).HasWords)
        {
            return text;
        }

        // The voice ends with a full stop what stands on the slide without one.
        if (text is [.., '.'] && (_known.ContainsKey(text[..^1]) || _asked.Contains(text[..^1])))
        {
            return Ended(Translate(text[..^1]));
        }

        if (_asked.Add(text))
        {
            _wanted.Add(text);
        }

        return text;
    }

    private static char Swapped(char sign) => sign switch { '.' => ',', ',' => '.', _ => sign };

    private static string Ended(string text) =>
        text.Length == 0 || !(char.IsLetterOrDigit(text[^1]) || text[^1] is ')' or '"' or '”' or '%') ? text
            : TextWidth.Of(text[^1..]) == 2 ? text + "。"
            : text + ".";
}
