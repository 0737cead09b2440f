using System.Globalization;

namespace VideoGen.Stages.Narration;

/// <summary>Numbers in English words.</summary>
internal static class NumberWords
{
    private static readonly string[] Small =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen").Split(' ');

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>0 to 9999; a larger number stays in figures.</summary>
    public static string Of(int number) => number switch
    {
        < 0 or > 9999 => number.ToString(CultureInfo.InvariantCulture),
        < 20 => Small[number],
        < 100 => number % 10 == 0 ? Tens[number / 10] : $"{Tens[number / 10]}-{Small[number % 10]}",
        < 1000 => $"{Small[number / 100]} hundred{(number % 100 == 0 ? "" : " " + Of(number % 100))}",
        _ => $"{Of(number / 1000)} thousand{(number % 1000 == 0 ? "" : " " + Of(number % 1000))}",
    };

    /// <summary>More than one of them: sixteens, twenties, sixty-sixes.</summary>
    public static string Plural(int number)
    {
        var word = Of(number);
        return word.EndsWith('y') ? word[..^1] + "ies" : word.EndsWith("ix", StringComparison.Ordinal) ? word + "es" : word + "s";
    }

    /// <summary>The years of a decade: nineteen nineties, two thousands, twenty tens.</summary>
    public static string Decade(int year) => (year / 100, year % 100) switch
    {
        (20, 0) => "two thousands",
        (var century, 0) => $"{Of(century)} hundreds",
        (var century, var rest) => $"{Of(century)} {Plural(rest)}",
    };

    /// <summary>first, second, twenty-third; as the denominator of a fraction half, third, quarter.</summary>
    public static string Ordinal(int number)
    {
        var word = Of(number);
        var cut = word.LastIndexOfAny(['-', ' ']) + 1;
        var last = word[cut..];
        return word[..cut] + last switch
        {
            "one" => "first",
            "two" => "second",
            "three" => "third",
            "five" => "fifth",
            "eight" => "eighth",
            "nine" => "ninth",
            "twelve" => "twelfth",
            _ when last.EndsWith('y') => last[..^1] + "ieth",
            _ => last + "th",
        };
    }

    /// <summary>one half, three quarters, five sixteenths.</summary>
    public static string Fraction(int above, int below)
    {
        var part = below switch
        {
            2 => above == 1 ? "half" : "halves",
            4 => above == 1 ? "quarter" : "quarters",
            _ => Ordinal(below)
            + (above == 1 ? "" : "s")
        };
        return $"{Of(above)} {part}";
    }
}
