using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Slides;

/// <summary>A number as it stands in a document, with what stands around it.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Unit">What stands before and after it, such as <c>$</c>, <c>%</c> or <c>ms</c>.</param>
internal readonly partial record struct ChartNumber(double Value, string Unit)
{
    private const int MaxLength = 24;

    public static bool TryRead(string text, out ChartNumber number)
    {
        number = default;
        var match = text.Length > MaxLength ? Match.Empty : Shape().Match(text.Trim());
        if (!match.Success || !double.TryParse(Plain(match.Groups["digits"].Value), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var sign = match.Groups["sign"].Value is "-" or "−" ? -1 : 1;
        number = new ChartNumber(sign * value, match.Groups["before"].Value.Trim() + match.Groups["after"].Value.Trim());
        return true;
    }

    /// <summary>A comma before exactly three digits groups thousands, unless there is a point after it; else it begins the fraction.</summary>
    private static string Plain(string digits)
    {
        var text = string.Concat(digits.Where(c => char.IsAsciiDigit(c) || c is ',' or '.'));
        var (comma, dot) = (text.LastIndexOf(','), text.LastIndexOf('.'));
        var fraction = comma >= 0 && dot >= 0 ? Math.Max(comma, dot)
            : comma >= 0 && (text.Length - comma != 4 || text[0] == '0') && text.IndexOf(',', StringComparison.Ordinal) == comma ? comma
            : dot >= 0 && text.IndexOf('.', StringComparison.Ordinal) == dot ? dot
            : -1;
        return string.Concat(text.Select((c, i) => char.IsAsciiDigit(c) ? c.ToString() : i == fraction ? "." : ""));
    }

    [GeneratedRegex(
        @"^(?<before>[$€£¥]?)\s*(?<sign>[-−+]?)\s*(?<digits>\d[\d.,'_ \u00A0]*\d|\d)\s*(?<after>%|[°µ€£¥]?[A-Za-z]{0,8}(/[A-Za-z]{1,4})?|€|£|¥)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
