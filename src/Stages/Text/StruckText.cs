using System.Text;

namespace VideoGen.Stages.Text;

/// <summary>
/// Struck-out text: each of its characters is followed by Unicode's long stroke, so that it is shown struck wherever it goes. It is never spoken.
/// </summary>
internal static class StruckText
{
    /// <summary>COMBINING LONG STROKE OVERLAY.</summary>
    public const char Stroke = '\u0336';

    public static string Strike(string text)
    {
        var struck = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            struck.Append(rune.ToString());
            if (!Rune.IsWhiteSpace(rune) && rune.Value != Stroke)
            {
                struck.Append(Stroke);
            }
        }

        return struck.ToString();
    }

    public static bool Has(string text) => text.Contains(Stroke, StringComparison.Ordinal);

    /// <summary>The text without what is struck, and without the spaces that it stood between.</summary>
    public static string Remove(string text)
    {
        if (!Has(text))
        {
            return text;
        }

        var kept = new StringBuilder();
        var runes = text.EnumerateRunes().ToList();
        var afterStruck = false;
        for (var i = 0; i < runes.Count; i++)
        {
            if (runes[i].Value == Stroke || (i + 1 < runes.Count && runes[i + 1].Value == Stroke))
            {
                afterStruck = true;
            }
            else if (!(afterStruck && Rune.IsWhiteSpace(runes[i]) && (kept.Length == 0 || char.IsWhiteSpace(kept[^1]))))
            {
                kept.Append(runes[i].ToString());
                afterStruck &= Rune.IsWhiteSpace(runes[i]);
            }
        }

        return kept.ToString().Trim();
    }
}
