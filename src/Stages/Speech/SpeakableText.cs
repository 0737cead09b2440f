using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Speech;

/// <summary>Text in a form that an engine reads as it is meant.</summary>
internal static class SpeakableText
{
    /// <summary>Each first letter is what the others are read as by an engine that knows ASCII only.</summary>
    private const string Folds =
        "AÀÁÂÃÅĀĂĄ CÇĆĈĊČ DÐĎĐ EÈÉÊËĒĔĖĘĚ GĜĞĠĢ HĤĦ IÌÍÎÏĨĪĬĮİ JĴ KĶ LĹĻĽĿŁ NÑŃŅŇŊ OÒÓÔÕŌŎŐØ RŔŖŘ SŚŜŞŠȘ TŢŤŦȚ UÙÚÛŨŪŬŮŰŲ WŴ YÝŶŸ ZŹŻŽ " +
        "aàáâãåāăąª cçćĉċč dďđ eèéêëēĕėęě gĝğġģ hĥħ iìíîïĩīĭįı jĵ kķĸ lĺļľŀł nñńņňŉŋ oòóôõōŏőøº rŕŗř sśŝşšſș tţťŧț uùúûũūŭůűų wŵ yýÿŷ zźżž " +
        "'‘’‚‛`´ \"“”„«» -‐‑‒";

    private static readonly FrozenDictionary<char, string> Replacements = BuildReplacements();

    /// <summary>What an engine that knows ASCII only can say of a text; empty where there is nothing to say.</summary>
    public static string ToAscii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAscii(c) && !char.IsControl(c))
            {
                ascii.Append(c);
            }
            else if (Replacements.TryGetValue(c, out var replacement))
            {
                ascii.Append(replacement);
            }
            else if (char.GetUnicodeCategory(c) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format or UnicodeCategory.Surrogate))
            {
                ascii.Append(' ');
            }
        }

        var said = ascii.ToString().Trim();
        return said.Any(char.IsAsciiLetterOrDigit) ? said : "";
    }

    /// <summary>One line without control characters, and without the brackets that espeak-ng takes for phonemes.</summary>
    public static string ToEspeak(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))
            .Replace("[[", "[ [", StringComparison.Ordinal)
            .Replace("]]", "] ]", StringComparison.Ordinal)
            .Trim();

    private static FrozenDictionary<char, string> BuildReplacements()
    {
        var replacements = new Dictionary<char, string>
        {
            ['ä'] = "ae",
            ['ö'] = "oe",
            ['ü'] = "ue",
            ['Ä'] = "Ae",
            ['Ö'] = "Oe",
            ['Ü'] = "Ue",
            ['ß'] = "ss",
            ['æ'] = "ae",
            ['Æ'] = "Ae",
            ['œ'] = "oe",
            ['Œ'] = "Oe",
            ['þ'] = "th",
            ['Þ'] = "Th",
            ['ð'] = "th",
            ['ﬁ'] = "fi",
            ['ﬂ'] = "fl",
            ['…'] = "...",
            ['–'] = ", ",
            ['—'] = ", ",
        };
        foreach (var group in Folds.Split(' '))
        {
            foreach (var letter in group.AsSpan(1))
            {
                replacements[letter] = group[..1];
            }
        }

        return replacements.ToFrozenDictionary();
    }
}
