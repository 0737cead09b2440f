using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Slides;

/// <summary>A number in a table, for bars and lines and for what is said of it. What may be a version, a date or a number of two readings is none.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Unit">What stands before and after it, such as <c>$</c>, <c>%</c> or <c>ms</c>.</param>
/// <param name="Text">As it stands in the document.</param>
internal readonly partial record struct TableNumber(double Value, string Unit, string Text)
{
    private const int MaxLength = 24;
    private const int FirstYear = 1000;
    private const int LastYear = 2999;

    /// <summary>Whether it may be a year.</summary>
    public bool IsYear => Unit.Length == 0 && Text.Length == 4 && Value is >= FirstYear and <= LastYear;

    /// <summary>Whether the text looks like a number, whatever number that is.</summary>
    public static bool HasForm(string text) => text.Length <= MaxLength && Shape().IsMatch(text.Trim());

    /// <param name="text">As it stands in the document.</param>
    /// <param name="language">Of the document: it says whether a comma groups thousands and a point begins a fraction, or the other way round.</param>
    /// <param name="number">What it is.</param>
    public static bool TryRead(string text, string language, out TableNumber number)
    {
        number = default;
        var shape = text.Length > MaxLength ? Match.Empty : Shape().Match(text.Trim());
        if (!shape.Success)
        {
            return false;
        }

        var digits = shape.Groups["digits"].Value;
        var hasDecimalComma = HasDecimalComma(language);
        var point = hasDecimalComma ? ',' : '.';
        if ((hasDecimalComma ? GroupedByPoint() : GroupedByComma()).IsMatch(digits))
        {
            digits = string.Concat(digits.Where(c => char.IsAsciiDigit(c) || c == point));
        }
        else if (!Plain().IsMatch(digits) || (hasDecimalComma && ThreeBehindComma().IsMatch(digits)))
        {
            return false;
        }

        if (!double.TryParse(digits.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var sign = shape.Groups["sign"].Value is "-" or "−" ? -1 : 1;
        number = new TableNumber(sign * value, shape.Groups["before"].Value.Trim() + shape.Groups["after"].Value.Trim(), text.Trim());
        return true;
    }

    /// <summary>Whether a comma begins a fraction, and a point groups thousands.</summary>
    public static bool HasDecimalComma(string language) => LanguageTags.LanguageOf(language) is not ("en" or "zh" or "ja" or "ko" or "he" or "th");

    [GeneratedRegex(
        @"^(?<before>[$€£¥]?)\s*(?<sign>[-−+]?)\s*(?<digits>\d[\d.,'_ \u00A0\u202F]*\d|\d)\s*(?<after>%|[°µ€£¥]?[A-Za-z]{0,8}(/[A-Za-z]{1,4})?|€|£|¥)$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    /// <summary>A zero begins no group: 0,125 is a fraction in any language.</summary>
    [GeneratedRegex(@"^[1-9]\d{0,2}([,'_ \u00A0\u202F]\d{3})+(\.\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex GroupedByComma();

    [GeneratedRegex(@"^[1-9]\d{0,2}([.'_ \u00A0\u202F]\d{3})+(,\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex GroupedByPoint();

    [GeneratedRegex(@"^\d+([.,]\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    /// <summary>1,234 where a comma begins a fraction: an author may have meant thousands.</summary>
    [GeneratedRegex(@"^[1-9]\d{0,2},\d{3}$")]
    private static partial Regex ThreeBehindComma();
}
