using System.Globalization;
using System.Text;

namespace VideoGen.Stages.Text;

/// <summary>How wide text is on a slide, in units of a Latin letter.</summary>
internal static class TextWidth
{
    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>The text up to a width; what was cut is marked by an ellipsis.</summary>
    public static string Cut(string text, int maxWidth)
    {
        if (Of(text) <= maxWidth)
        {
            return text;
        }

        var width = 1;
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > maxWidth)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.ToString().TrimEnd() + "…";
    }

    public static int Of(Rune rune) => rune.Value switch
    {
        0x200B or 0x200C or 0x200D or 0xFE0F => 0,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) => 2,
        _ => 1,
    };
}
