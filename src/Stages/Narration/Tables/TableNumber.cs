using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Stages.Slides;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>A number in a table that can be compared with others. What may be a version, a date or a number of two readings is none.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Unit">What stands around it.</param>
/// <param name="Text">As it stands in the document.</param>
internal readonly partial record struct TableNumber(double Value, string Unit, string Text)
{
    private const int FirstYear = 1000;
    private const int LastYear = 2999;

    /// <summary>Whether it may be a year.</summary>
    public bool IsYear => Unit.Length == 0 && Text.Length == 4 && Value is >= FirstYear and <= LastYear;

    /// <param name="cell">As it stands in the document.</param>
    /// <param name="hasDecimalComma">Whether a comma begins a fraction in its language, and a point groups thousands.</param>
    /// <param name="number">What it is.</param>
    public static bool TryRead(string cell, bool hasDecimalComma, out TableNumber number)
    {
        number = default;
        if (!ChartNumber.TryRead(cell, out var read) || Digits().Match(cell) is not { Success: true } digits)
        {
            return false;
        }

        var text = digits.Value;
        var (point, group) = hasDecimalComma ? (',', '.') : ('.', ',');
        if (Grouped(group).IsMatch(text))
        {
            text = string.Concat(text.Where(c => char.IsAsciiDigit(c) || c == point));
        }
        else if (!Plain().IsMatch(text) || (hasDecimalComma && ThreeBehindComma().IsMatch(text)))
        {
            return false;
        }

        if (!double.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        number = new TableNumber(read.Value < 0 ? -value : value, read.Unit, cell.Trim());
        return true;
    }

    private static Regex Grouped(char mark) => mark == ',' ? GroupedByComma() : GroupedByPoint();

    [GeneratedRegex(@"\d[\d.,'_ \u00A0\u202F]*\d|\d")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^\d{1,3}([,'_ \u00A0\u202F]\d{3})+(\.\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex GroupedByComma();

    [GeneratedRegex(@"^\d{1,3}([.'_ \u00A0\u202F]\d{3})+(,\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex GroupedByPoint();

    [GeneratedRegex(@"^\d+([.,]\d+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    /// <summary>1,234 where a comma begins a fraction: an author may have meant thousands.</summary>
    [GeneratedRegex(@"^\d{1,3},\d{3}$")]
    private static partial Regex ThreeBehindComma();
}
