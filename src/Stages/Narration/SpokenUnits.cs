using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Narration;

/// <summary>Units and currencies behind or before a number, in English words.</summary>
internal static partial class SpokenUnits
{
    private static readonly FrozenDictionary<string, string> Units = WordPairs.Of(
        "nm=nanometer;µm=micrometer;μm=micrometer;mm=millimeter;cm=centimeter;dm=decimeter;m=meter;km=kilometer;ft=foot;mi=mile;yd=yard;"
        + "µg=microgram;μg=microgram;mg=milligram;g=gram;kg=kilogram;lb=pound;lbs=pound;oz=ounce;l=liter;L=liter;dl=deciliter;"
        + "cl=centiliter;ml=milliliter;mL=milliliter;ns=nanosecond;µs=microsecond;μs=microsecond;ms=millisecond;s=second;sec=second;"
        + "secs=second;min=minute;mins=minute;h=hour;hr=hour;hrs=hour;Hz=hertz;kHz=kilohertz;MHz=megahertz;GHz=gigahertz;W=watt;"
        + "kW=kilowatt;MW=megawatt;GW=gigawatt;Wh=watt hour;kWh=kilowatt hour;MWh=megawatt hour;mAh=milliamp hour;V=volt;mV=millivolt;"
        + "kV=kilovolt;mA=milliamp;Ω=ohm;kΩ=kiloohm;Pa=pascal;hPa=hectopascal;kPa=kilopascal;MPa=megapascal;kJ=kilojoule;kcal=kilocalorie;"
        + "dB=decibel;px=pixel;rpm=revolutions per minute;RPM=revolutions per minute;fps=frames a second;FPS=frames a second;"
        + "bpm=beats per minute;ppm=parts per million;mph=miles per hour;B=byte;kB=kilobyte;KB=kilobyte;KiB=kilobyte;MB=megabyte;"
        + "MiB=megabyte;GB=gigabyte;GiB=gigabyte;TB=terabyte;TiB=terabyte;PB=petabyte;kbps=kilobits per second;Mbps=megabits per second;"
        + "Gbps=gigabits per second;kbit=kilobit;Mbit=megabit;Gbit=gigabit;ha=hectare;°C=degree Celsius;°F=degree Fahrenheit;°=degree;"
        + "℃=degree Celsius;℉=degree Fahrenheit;%=percent;‰=per mille");

    /// <summary>The sign, one of it, many of it, and its hundredth where people say that.</summary>
    private static readonly FrozenDictionary<string, (string One, string Many, string Part)> Currencies =
        ("$/dollar/dollars/cent;US$/US dollar/US dollars/cent;£/pound/pounds/penny;€/euro/euros/cent;¥/yen/yen/;₹/rupee/rupees/paisa;"
        + "₽/ruble/rubles/kopeck;₩/won/won/;₺/lira/lira/;₿/bitcoin/bitcoins/;₴/hryvnia/hryvnias/;¢/cent/cents/;"
        + "USD/US dollar/US dollars/cent;EUR/euro/euros/cent;GBP/pound/pounds/penny;CHF/Swiss franc/Swiss francs/;JPY/yen/yen/")
        .Split(';').Select(entry => entry.Split('/')).ToFrozenDictionary(parts => parts[0], parts => (parts[1], parts[2], parts[3]), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Scales = WordPairs.Of(
        "k=thousand;K=thousand;M=million;m=million;B=billion;bn=billion;T=trillion");

    public static string Say(string text)
    {
        if (!text.Any(c => char.IsDigit(c) || "½⅓⅔¼¾".Contains(c, StringComparison.Ordinal)))
        {
            return text;
        }

        text = MoneyBefore().Replace(text, Money);
        text = MoneyBehind().Replace(text, Money);
        text = Area().Replace(text, match =>
            Counted(match, $"{(match.Groups["power"].Value is "²" ? "square" : "cubic")} {Units[match.Groups["unit"].Value]}"));
        text = Measure().Replace(text, match => Counted(match, Units[match.Groups["unit"].Value]));
        text = Scaled().Replace(text, match => $"{match.Groups["number"].Value} {Scales[match.Groups["scale"].Value]}");
        return Per().Replace(text, match => $" per {Units.GetValueOrDefault(match.Groups["unit"].Value, match.Groups["unit"].Value)}");
    }

    private static string Counted(Match match, string unit)
    {
        var number = match.Groups["number"].Value;
        var isOne = number is "1" or "one";
        return $"{number} {(isOne ? unit : Many(unit))}";
    }

    private static string Many(string unit) => unit switch
    {
        "foot" => "feet",
        "percent" or "per mille" => unit,
        _ when unit.EndsWith("hertz", StringComparison.Ordinal) || unit.Contains(" per ", StringComparison.Ordinal)
            || unit.Contains(" a ", StringComparison.Ordinal) => unit,
        _ when unit.StartsWith("degree ", StringComparison.Ordinal) => "degrees" + unit["degree".Length..],
        _ => unit + "s",
    };

    private static string Money(Match match)
    {
        var (one, many, part) = Currencies[match.Groups["sign"].Value];
        var (whole, cents, scale) = (match.Groups["whole"].Value, match.Groups["cents"].Value, match.Groups["scale"].Value.Trim());
        if (scale.Length > 0)
        {
            return $"{whole}{(cents.Length > 0 ? "." + cents : "")} {Scales.GetValueOrDefault(scale, scale)} {many}";
        }

        var amount = $"{whole} {(whole == "1" ? one : many)}";
        if (cents.Length != 2)
        {
            return cents.Length == 0 ? amount : $"{whole}.{cents} {many}";
        }

        var rest = cents.TrimStart('0');
        return rest.Length == 0 ? amount
            : part is "penny" ? $"{amount} {rest}"
            : part.Length == 0 ? $"{whole}.{cents} {many}"
            : $"{amount} and {rest} {part}{(rest == "1" ? "" : "s")}";
    }

    private const string Amount = @"(?<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?<cents>\d+))?(?<scale>\s?(?:k|K|M|B|bn|T|million|billion|trillion)\b)?";

    [GeneratedRegex(@"(?<!\w)(?<sign>US\$|[$£€¥₹₽₩₺₿₴]|(?:USD|EUR|GBP|CHF|JPY)(?=\s))\s?" + Amount, RegexOptions.ExplicitCapture)]
    private static partial Regex MoneyBefore();

    [GeneratedRegex(@"(?<![\w.,])" + Amount + @"\s?(?<sign>[£€¥₹₽₩₺₴¢]|\$(?!\w)|(?:USD|EUR|GBP|CHF|JPY)\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex MoneyBehind();

    [GeneratedRegex(@"(?<![\w.])(?<number>\d[\d,.]*\d|\d)[\s\u00A0\u202F]?(?<unit>nm|µm|μm|mm|cm|dm|m|km|ft|mi)(?<power>[²³])", RegexOptions.ExplicitCapture)]
    private static partial Regex Area();

    /// <summary>Some letters are units only where they cannot be anything else, so that "version 5 A" stays what it is.</summary>
    [GeneratedRegex(
        @"(?<![\w.])(?<number>\d[\d,.]*\d|\d|half)[\s\u00A0\u202F]?-?(?<unit>nm|µm|μm|mm|cm|dm|m|km|ft|mi|yd|µg|μg|mg|g|kg|lbs?|oz|l|L|dl"
        + @"|cl|ml|mL|ns|µs|μs|ms|secs?|mins?|h|hrs?"
        + @"|Hz|kHz|MHz|GHz|W|kW|MW|GW|Wh|kWh|MWh|mAh|V|mV|kV|mA|Ω|kΩ|Pa|hPa|kPa|MPa|kJ|kcal|dB|px|rpm|RPM|fps|FPS|bpm|ppm|mph|kB|KB|KiB|MB"
        + @"|MiB|GB|GiB|TB|TiB|PB|kbps|Mbps"
        + @"|Gbps|kbit|Mbit|Gbit|ha)(?![\w²³])"
        + @"|(?<![\w.])(?<number>\d[\d,.]*\d|\d)\s?(?<unit>°\s?C\b|°\s?F\b|°C|°F|℃|℉|°(?!\s?[CF]\b)|%|‰)"
        + @"|(?<![\w.'’-])(?<!\b\p{Lu}\p{L}*\s)(?<number>\d[\d,.]*\d|\d)\s?(?<unit>s)\b(?!\sof\b)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex MeasureAll();

    private static Regex Measure() => MeasureAll();

    [GeneratedRegex(@"(?<![\w.])(?<number>\d[\d,.]*\d|\d)(?<scale>[kM])\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Scaled();

    [GeneratedRegex(@"(?<=\d|bytes?|bits?|meters?|seconds?|dollars?|euros?|pounds?|cents?|grams?|liters?|miles?|pixels?|requests?|times)\s?/\s?"
        + @"(?<unit>s|sec|min|h|hr|hour|minute|second|day|week|month|year|user|person|seat|request|GB|MB|kWh|kg|l|L|m|km|capita)(?![\w/])",
            RegexOptions.ExplicitCapture)]
    private static partial Regex Per();
}
