using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Stages.Documents;

namespace VideoGen.Stages.Narration;

/// <summary>
/// How a voice says what a caption shows: symbols, names of things and numbers as words. The words are English; in other languages only marks and signs are
/// dropped.
/// </summary>
internal static partial class SpeechForm
{
    /// <summary>Applied in this order; each sees what the ones before it left.</summary>
    private static readonly (Regex Pattern, string Words)[] English =
    [
        (Words(@"(?<!\w)C\+\+"), "C plus plus"),
        (Words(@"(?<!\w)(?<l>[CFJ])#"), "${l} sharp"),
        (Words(@"\bASP\.NET\b"), "A S P dot net"),
        (Words(@"(?<![\w.])\.NET\b"), "dot net"),
        (Words(@"\b(?<n>Node|Vue|Next|React)\.js\b"), "${n} J S"),
        (Words(@"\be\.g\.,?"), "for example,"),
        (Words(@"\bi\.e\.,?"), "that is,"),
        (Words(@"\betc\.(?=\s+\p{Ll}|[,;)])"), "et cetera"),
        (Words(@"\bvs\.?(?=\s)"), "versus"),
        (Words(@"(?:<->|<-->|↔|⇔|<=>)"), " both ways to "),
        (Words(@"\s*(?:-{1,2}>|=>|→|⇒|➜|⟶)\s*"), " to "),
        (Words(@"\s*(?:<-{1,2}|←|⇐)\s*"), " from "),
        (Words(@"\s*(?:!=|≠)\s*"), " is not "),
        (Words(@"\s*(?:>=|≥)\s*"), " at least "),
        (Words(@"\s*(?:<=|≤)\s*"), " at most "),
        (Words(@"\s*={2,3}\s*"), " equals "),
        (Words(@"\s+=\s+"), " is "),
        (Words(@"\s+<\s+(?=[\d~])"), " less than "),
        (Words(@"\s+>\s+(?=[\d~])"), " more than "),
        (Words(@"\s*&&\s*|\s+&\s+"), " and "),
        (Words(@"\s*\|\|\s*"), " or "),
        (Words(@"\s+\+\s+"), " plus "),
        (Words(@"(?<=\d)\s*[×x]\s*(?=\d)"), " by "),
        (Words(@"(?<=\d)\s*×"), " times"),
        (Words(@"[~≈](?=\s*\d)"), "about "),
        (Words(@"±\s*"), "plus or minus "),
        (Words(@"(?<=\d)\s*%"), " percent"),
        (Words(@"(?<=\d)\s*°\s*C\b"), " degrees Celsius"),
        (Words(@"(?<=\d)\s*°\s*F\b"), " degrees Fahrenheit"),
        (Words(@"(?<=\d)\s*(?:KiB|KB|kB)\b"), " kilobytes"),
        (Words(@"(?<=\d)\s*(?:MiB|MB)\b"), " megabytes"),
        (Words(@"(?<=\d)\s*(?:GiB|GB)\b"), " gigabytes"),
        (Words(@"(?<=\d)\s*(?:TiB|TB)\b"), " terabytes"),
        (Words(@"(?<=\d)\s*ms\b"), " milliseconds"),
        (Words(@"(?<=\d)\s*(?:µs|μs)\b"), " microseconds"),
        (Words(@"(?<=\d)\s*kHz\b"), " kilohertz"),
        (Words(@"(?<=\d)\s*GHz\b"), " gigahertz"),
        (Words(@"(?<=\d)\s*(?:fps|FPS)\b"), " frames a second"),
        (Words(@"(?<=\d)\s?s\b"), " seconds"),
        (Words(@"(?<![\d.,])1 (?<u>(?:kilo|mega|giga|tera)byte|(?:milli|micro)?second)s\b"), "1 ${u}"),
        (Words(@"\$(?<n>\d[\d,.]*\d|\d)"), "${n} dollars"),
        (Words(@"€\s?(?<n>\d[\d,.]*\d|\d)|(?<n>\d[\d,.]*)\s?€"), "${n} euros"),
        (Words(@"(?<=\d),(?=\d{3}\b)"), ""),
        (Words(@"(?<=\b[Vv]ersion )v(?=\d)"), ""),
        (Words(@"\b[vV](?=\d)"), "version "),
        (Words(@"(?<=\d)\.(?=\d)(?=[\d.]*\.\d)|(?<=\.\d{1,6})\.(?=\d)"), " point "),
        (Words(@"(?<=\d)\s*–\s*(?=\d)"), " to "),
        (Words(@"(?<!\w)#(?=\d)"), "number "),
        (Words(@"(?<=\w)@(?=\w)"), " at "),
        (Words(@"(?<!\S)-{1,2}(?=[A-Za-z])"), ""),
        (Words(@"(?<=[A-Za-z])\.(?=[A-Za-z]{2})"), " dot "),
        (Words(@"(?<=[\w)])/(?=\w[\w.-]*/)|(?<=/[\w.-]*\w)/(?=\w)"), " slash "),
        (Words(@"(?<=\p{Ll})(?=\p{Lu})"), " "),
    ];

    /// <returns>Null where the voice says it as it is written; empty where there is nothing to say.</returns>
    public static string? Of(string text, bool isEnglish)
    {
        var speech = Address().Replace(text, match => match.Groups["host"].Value.Length > 0 ? match.Groups["host"].Value : match.Value);
        if (isEnglish)
        {
            foreach (var (pattern, words) in English)
            {
                speech = pattern.Replace(speech, words);
            }

            speech = speech.Replace("☑", "done: ", StringComparison.Ordinal).Replace("☐", "to do: ", StringComparison.Ordinal);
        }

        speech = DoubleMark().Replace(BeforeMark().Replace(InlineText.Collapse(DropSigns(speech)), ""), "$1");
        return speech == text ? null : speech.Any(char.IsLetterOrDigit) ? speech : "";
    }

    /// <summary>Drops emoji, marks of markup, and whatever else has no sound. Letters of all scripts stay.</summary>
    private static string DropSigns(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            kept.Append(Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.PrivateUse => " ",
                UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => " ",
                UnicodeCategory.Format => "",
                _ when rune.Value is 0xFE0F or 0x20E3 => "",
                _ when rune.Value is '*' or '_' or '`' or '#' or '|' or '~' or '^' or '\\' or '/' or '•' => " ",
                _ when rune.Value is '<' or '>' or '=' or '{' or '}' or '[' or ']' => " ",
                _ => rune.ToString(),
            });
        }

        return kept.ToString();
    }

    private static Regex Words(string pattern) => new(pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

    [GeneratedRegex(
        @"\b(?:https?|ftp)://(?:www\.)?(?<host>[^\s/?#:)\]>,]*[^\s/?#:)\]>,.])[^\s)\]>]*?(?=[.,;:!?]?(?:[\s)\]>]|$))|\bmailto:",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@" (?=[,.;:!?](?:\s|$))")]
    private static partial Regex BeforeMark();

    /// <summary>Two punctuation marks that a dropped sign left side by side.</summary>
    [GeneratedRegex(@"([,;:])\s*[,;:](?=\s|$)")]
    private static partial Regex DoubleMark();
}
