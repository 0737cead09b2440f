using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Narration;

/// <summary>Dates, times, decades, fractions, powers and ranges in English words.</summary>
internal static partial class SpokenNumbers
{
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private const string Lowered = "₀₁₂₃₄₅₆₇₈₉";

    private static readonly FrozenDictionary<char, (int Above, int Below)> Fractions =
        "½1/2 ⅓1/3 ⅔2/3 ¼1/4 ¾3/4 ⅕1/5 ⅖2/5 ⅗3/5 ⅘4/5 ⅙1/6 ⅚5/6 ⅛1/8 ⅜3/8 ⅝5/8 ⅞7/8 ⅑1/9 ⅒1/10 ⅐1/7"
        .Split(' ').ToFrozenDictionary(
            entry => entry[0],
            entry => (int.Parse(entry[1..2], CultureInfo.InvariantCulture), int.Parse(entry[3..], CultureInfo.InvariantCulture)));

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV"];

    /// <summary>What must be said before units are looked at: dates and fractions, whose signs mean other things elsewhere.</summary>
    public static string Say(string text)
    {
        text = RomanNumber().Replace(text, match => (Array.IndexOf(Romans, match.Groups["roman"].Value) + 1).ToString(CultureInfo.InvariantCulture));
        if (!text.Any(c => char.IsDigit(c) || Fractions.ContainsKey(c) || Raised.Contains(c, StringComparison.Ordinal)))
        {
            return text;
        }

        text = IsoDate().Replace(text, Date);
        text = Clock().Replace(text, Time);
        text = Decade().Replace(text, match => NumberWords.Decade(Number(match.Groups["year"])));
        text = ShortDecade().Replace(text, match => NumberWords.Plural(Number(match.Groups["tens"])));
        text = PluralName().Replace(text, match => $"{match.Groups["before"].Value.TrimEnd('-')} {NumberWords.Plural(Number(match.Groups["number"]))}");
        text = Mixed().Replace(text, match => $"{match.Groups["whole"].Value} and {FractionOf(match).Replace("one half", "a half", StringComparison.Ordinal)}");
        text = SignFraction().Replace(text, match =>
        {
            var (above, below) = Fractions[match.Groups["sign"].Value[0]];
            var words = match.Groups["whole"].Success ? NumberWords.Fraction(above, below).Replace("one half", "a half", StringComparison.Ordinal)
                : NumberWords.Fraction(above, below);
            return match.Groups["whole"].Success ? $"{match.Groups["whole"].Value} and {words}" : words;
        });
        text = CountOf().Replace(text, "${word} ${above} of ${below}");
        text = AllDay().Replace(text, "24 7");
        text = SlashFraction().Replace(text, match => IsFraction(match) ? FractionOf(match) : match.Value);
        return text;
    }

    /// <summary>What is left when units are said: powers, ranges, signs of numbers.</summary>
    public static string SayRest(string text)
    {
        text = Power().Replace(text, match => match.Groups["base"].Value + PowerOf(match.Groups["power"].Value));
        text = NoteMark().Replace(text, "");
        text = Index().Replace(text, match => $"{match.Groups["base"].Value} {Figures(match.Groups["index"].Value, Lowered)} ");
        text = UnitRange().Replace(Range().Replace(text, "${from} to ${to}"), " to ");
        return Minus().Replace(text, "minus ");
    }

    private static string Date(Match match)
    {
        var (month, day) = (Number(match.Groups["month"]), match.Groups["day"].Success ? Number(match.Groups["day"]) : 1);
        if (month is < 1 or > 12 || day is < 1 or > 31)
        {
            return match.Value;
        }

        return match.Groups["day"].Success ? $"{Months[month - 1]} {day}, {match.Groups["year"].Value}" : $"{Months[month - 1]} {match.Groups["year"].Value}";
    }

    private static string Time(Match match)
    {
        var (hour, minute) = (Number(match.Groups["hour"]), Number(match.Groups["minute"]));
        if (hour > 23 || minute > 59)
        {
            return match.Value;
        }

        return minute == 0 && match.Groups["half"].Length == 0 ? $"{NumberWords.Of(hour)} o'clock"
            : minute == 0 ? $"{NumberWords.Of(hour)}{match.Groups["half"].Value}"
            : $"{NumberWords.Of(hour)} {(minute < 10 ? "oh " : "")}{NumberWords.Of(minute)}{match.Groups["half"].Value}";
    }

    private static bool IsFraction(Match match) =>
        (Number(match.Groups["above"]), Number(match.Groups["below"])) is var (above, below) && above > 0 && above < below && below is <= 10 or 12 or 16
            or 20 or 32 or 64 or 100;

    private static string FractionOf(Match match) => NumberWords.Fraction(Number(match.Groups["above"]), Number(match.Groups["below"]));

    private static string PowerOf(string power)
    {
        var isMinus = power.StartsWith('⁻');
        var figures = Figures(power.TrimStart('⁻', '⁺'), Raised);
        return (isMinus, figures) switch
        {
            (false, "2") => " squared",
            (false, "3") => " cubed",
            (_, "ⁿ") => " to the power of n",
            _ => $" to the power of {(isMinus ? "minus " : "")}{figures}",
        };
    }

    private static string Figures(string text, string signs) =>
        string.Concat(text.Select(c => signs.IndexOf(c, StringComparison.Ordinal) is >= 0 and var digit ? (char)('0' + digit) : c));

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"(?<=\b(?:Chapter|Part|Section|Volume|Book|Act|Appendix|Phase|Type|War|Article|Figure|Table|Level|Stage|Step|Class|Round|Version|Tier|Unit|Lesson)\s)"
        + @"(?<roman>XV|XIV|XIII|XII|XI|IX|X|VIII|VII|VI|IV|V|III|II|I)\b(?!\s(?:am|have|was|will)\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex RomanNumber();

    [GeneratedRegex(@"(?<![\w/.-])(?<year>(?:1[5-9]|20)\d\d)-(?<month>[01]\d)(?:-(?<day>[0-3]\d))?(?=T\d|[^\w/-]|$)T?", RegexOptions.ExplicitCapture)]
    private static partial Regex IsoDate();

    [GeneratedRegex(
        @"(?<![\d:.])(?<hour>\d{1,2}):(?<minute>\d\d)(?::\d\d(?:\.\d+)?Z?)?(?!\d|:\d)(?<half>\s?[ap]\.?m\b\.?)?(?!\s?[x×])",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Clock();

    [GeneratedRegex(@"(?<![\w.,-])(?<year>(?:1[5-9]|20)\d0)['’]?s\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Decade();

    [GeneratedRegex(
        @"(?<![\w.])(?:['’‘](?<tens>[2-9]0)['’]?s\b|(?<=\b(?:[Tt]he|[Ee]arly|[Mm]id|[Ll]ate|her|his|their|my)[\s-])(?<tens>[2-9]0)['’]?s\b)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex ShortDecade();

    /// <summary>F-16s, B52s, Route 66s: more than one of what is called by a number.</summary>
    [GeneratedRegex(@"(?<before>\b\p{Lu}[\p{L}]{0,12}-|\b\p{Lu}{1,3}|\b\p{Lu}\p{Ll}+\s)(?<number>\d{1,3})s\b", RegexOptions.ExplicitCapture)]
    private static partial Regex PluralName();

    [GeneratedRegex(@"(?<![\w/.,])(?<whole>\d+)\s(?<above>[1-9])/(?<below>2|3|4|5|6|8|10|16)(?![\w/]|\.\d)", RegexOptions.ExplicitCapture)]
    private static partial Regex Mixed();

    [GeneratedRegex(@"(?:(?<whole>\d+)\s?)?(?<sign>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅑⅒⅐])", RegexOptions.ExplicitCapture)]
    private static partial Regex SignFraction();

    [GeneratedRegex(
        @"\b(?<word>[Ss]tep|[Pp]art|[Pp]age|[Ss]lide|[Cc]hapter|[Ll]esson|[Tt]ask|[Ss]cene)\s(?<above>\d+)/(?<below>\d+)(?![\w/])",
        RegexOptions.ExplicitCapture)]
    private static partial Regex CountOf();

    [GeneratedRegex(@"(?<![\w/])24/7(?![\w/])")]
    private static partial Regex AllDay();

    [GeneratedRegex(@"(?<![\w/.,-])(?<above>\d{1,2})/(?<below>\d{1,3})(?![\w/]|[.,-]\d)", RegexOptions.ExplicitCapture)]
    private static partial Regex SlashFraction();

    [GeneratedRegex(@"(?<base>\d|\)|(?<!\p{L})\p{L}|\b(?:[kcmµ]?m|s)|squared|cubed)(?<power>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|ⁿ)", RegexOptions.ExplicitCapture)]
    private static partial Regex Power();

    [GeneratedRegex("(?<=[\\p{L}.,;:!?)\"”’])[⁰¹²³⁴⁵⁶⁷⁸⁹]+")]
    private static partial Regex NoteMark();

    [GeneratedRegex(@"(?<base>[\p{L})])(?<index>[₀₁₂₃₄₅₆₇₈₉]+)\s?", RegexOptions.ExplicitCapture)]
    private static partial Regex Index();

    [GeneratedRegex(
        @"(?<![\w.-])(?<from>\d[\d,.]*)\s?[–—‒]\s?(?<to>\d)|(?<![\w.-])(?<from>\d{1,4})-(?<to>\d{1,4})(?![\w-]|\.\d)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<=\d\s\p{L}+)\s?[–—](?=\d)")]
    private static partial Regex UnitRange();

    [GeneratedRegex(@"(?<=^|[\s(=,:])[-−](?=\d)")]
    private static partial Regex Minus();
}
