using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Narration;

/// <summary>
/// How a voice says what a caption shows: symbols, names of things and numbers as words. The words are English; in other languages only marks and signs are
/// dropped.
/// </summary>
internal static partial class SpeechForm
{
    /// <summary>Applied in this order; each sees what the ones before it left.</summary>
    private static readonly (Regex Pattern, string Words)[] Names =
    [
        (Words(@"(?<!\w)C\+\+(?=\w)"), "C plus plus "),
        (Words(@"(?<!\w)C\+\+"), "C plus plus"),
        (Words(@"(?<!\w)(?<l>[CFJ])#"), "${l} sharp"),
        (Words(@"\bASP\.NET\b"), "A S P dot net"),
        (Words(@"(?<![\w.])\.NET\b"), "dot net"),
        (Words(@"\b(?<n>Node|Vue|Next|React)\.js\b"), "${n} J S"),
        (Words(@"\b[Ee]\.g\.,?"), "for example,"),
        (Words(@"\b[Ii]\.e\.,?"), "that is,"),
        (Words(@"\betc\.(?=\s+\p{Ll}|[,;)])"), "et cetera"),
        (Words(@"\bet al\."), "and others"),
        (Words(@"\bvs\.?(?=\s)"), "versus"),
        (Words(@"\bapprox\.(?=\s)"), "approximately"),
        (Words(@"\bca\.(?=\s?\d)"), "about"),
        (Words(@"\bcf\.(?=\s)"), "compare"),
        (Words(@"\bresp\.(?=\s)"), "respectively"),
        (Words(@"\bincl\.(?=\s)"), "including"),
        (Words(@"\b[Ff]ig\.\s?(?=\d)"), "figure "),
        (Words(@"\b[Ee]q\.\s?(?=[\d(])"), "equation "),
        (Words(@"\b[Nn]o\.\s?(?=\d)"), "number "),
        (Words(@"\b[Ss]ec\.\s?(?=\d)"), "section "),
        (Words(@"\b[Cc]h\.\s?(?=\d)"), "chapter "),
        (Words(@"\b[Vv]ol\.\s?(?=\d)"), "volume "),
        (Words(@"\bpp\.\s?(?=\d)"), "pages "),
        (Words(@"\bp\.\s?(?=\d)"), "page "),
        (Words(@"\bmin\.(?=\s+\p{L})"), "minimum"),
        (Words(@"\bmax\.(?=\s+\p{L})"), "maximum"),
        (Words(@"\bDr\.(?=\s+\p{Lu})"), "Doctor"),
        (Words(@"\bProf\.(?=\s+\p{Lu})"), "Professor"),
        (Words(@"\bw/o\b"), "without"),
        (Words(@"\bw/(?=\s|\w)"), "with "),
        (Words(@"\bN/A\b|\bn/a\b"), "not applicable"),
        (Words(@"\bTBD\b"), "to be decided"),
        (Words(@"\b[Tt][Ll];?[Dd][Rr]\b"), "in short"),
        (Words(@"\ba\.?k\.?a\.?(?=\s)"), "also known as"),
        (Words(@"\bI/O\b"), "I O"),
        (Words(@"\bCI/CD\b"), "C I C D"),
        (Words(@"\bTCP/IP\b"), "T C P I P"),
        (Words(@"\band/or\b"), "and or"),
        (Words(@"(?<=\w)&(?=\w)"), " and "),
        (Words(@"\bAPIs\b"), "A P I's"),
        (Words(@"\bAPI\b"), "A P I"),
        (Words(@"\bURLs\b"), "U R L's"),
        (Words(@"\bURL\b"), "U R L"),
        (Words(@"\bJSON\b"), "Jason"),
        (Words(@"\bSQLite\b"), "S Q Lite"),
        (Words(@"\bPostgreSQL\b"), "Postgres Q L"),
        (Words(@"\bMySQL\b"), "My S Q L"),
        (Words(@"\bmacOS\b"), "mac O S"),
        (Words(@"\biOS\b"), "i O S"),
        (Words(@"\bnginx\b"), "engine X"),
        (Words(@"\bkubectl\b"), "cube control"),
        (Words(@"\b[Ll]ocalhost:(?=\d)"), "localhost port "),
        (Words(@"(?<![\d.])(?<a>\d{1,3})\.(?<b>\d{1,3})\.(?<c>\d{1,3})\.(?<d>\d{1,3})(?![\d.])"), "${a} dot ${b} dot ${c} dot ${d}"),
    ];

    private static readonly (Regex Pattern, string Words)[] Signs =
    [
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
        (Words(@"(?<=\d)\+(?=\s|$|[,.;)])"), " plus"),
        (Words(@"(?<=\d)\s*[×x]\s*(?=\d)"), " by "),
        (Words(@"(?<=\d)\s*×"), " times"),
        (Words(@"(?<=\d)\s?\*\s?(?=\d)"), " times "),
        (Words(@"[~≈∼](?=\s*\d)"), "about "),
        (Words(@"±\s*"), "plus or minus "),
        (Words(@"(?<=\d),(?=\d{3}(?!\d))"), ""),
        (Words(@"\$(?=[A-Za-z{(_])"), ""),
        (Words(@"(?<=\b[Vv]ersion )v(?=\d)"), ""),
        (Words(@"\b[vV](?=\d)"), "version "),
        (Words(@"(?<=\d)\.(?=\d)(?=[\d.]*\.\d)|(?<=\.\d{1,6})\.(?=\d)"), " point "),
        (Words(@"(?<!\w)#(?=\d)"), "number "),
        (Words(@"(?<=\w)@(?=\w)"), " at "),
        (Words(@"(?<!\S)-{1,2}(?=[A-Za-z])"), ""),
        (Words(@"(?<=\w)\(\)"), ""),
        (Words(@"\.(?<e>md|cs|js|ts|py|rb|rs|sh|go|png|jpg|svg|pdf|html|css|xml|csv|txt|yml|db)\b(?=$|[^\w])"), " dot \uE014${e}\uE015"),
        (Words(@"(?<=[A-Za-z])\.(?=[A-Za-z]{2})"), " dot "),
        (Words(@"(?<=[\w)])/(?=\w[\w.-]*/)|(?<=/[\w.-]*\w)/(?=\w)"), " slash "),
        (Words(@"(?<=\p{Ll})(?=\p{Lu})"), " "),
    ];

    /// <param name="text">As the caption shows it, or as it is written.</param>
    /// <param name="isEnglish">Whether English words fit it.</param>
    /// <param name="pronounce">How words are said that a voice would say wrong; they go before all rules.</param>
    /// <returns>Null where the voice says it as it is written; empty where there is nothing to say.</returns>
    public static string? Of(string text, bool isEnglish, IReadOnlyDictionary<string, string>? pronounce = null)
    {
        var speech = Pronounce(StruckText.Remove(text), pronounce);
        speech = Address().Replace(speech, match => match.Groups["host"].Value.Length > 0 ? match.Groups["host"].Value : match.Value);
        if (isEnglish)
        {
            speech = LongCode().Replace(speech, match => $"a code of {match.Length} characters");
            speech = Formula().Replace(speech, "the formula shown");
            speech = Unwritten().Replace(speech, "").Replace("☑", "done: ", StringComparison.Ordinal).Replace("☐", "to do: ", StringComparison.Ordinal);
            speech = Apply(speech, Names);
            speech = SpokenNumbers.Say(speech);
            speech = SpokenUnits.Say(speech);
            speech = SpokenNumbers.SayRest(SpokenSigns.Say(speech));
            speech = Ending().Replace(Apply(speech, Signs), match => string.Join(' ', match.Groups["e"].Value.ToUpperInvariant().AsEnumerable()));
        }

        speech = BeforeLongWord().Replace(speech, ", ");
        speech = DoubleMark().Replace(BeforeMark().Replace(InlineText.Collapse(DropSigns(speech)), ""), "$1").TrimStart(' ', ',').TrimEnd();
        return speech == text ? null : speech.Any(char.IsLetterOrDigit) ? speech : "";
    }

    /// <summary>What a caption shows of a text: as it is spoken where nobody could read it in time, and without what is struck.</summary>
    public static string CaptionOf(string text)
    {
        text = StruckText.Has(text) ? DoubleMark().Replace(BeforeMark().Replace(StruckText.Remove(text), ""), "$1") : text;
        text = Address().Replace(text, match => match.Groups["host"].Value.Length > 0 ? match.Groups["host"].Value : match.Value);
        return LongCode().Replace(text, match => match.Value[..8] + "…");
    }

    private static string Apply(string text, (Regex Pattern, string Words)[] rules)
    {
        foreach (var (pattern, words) in rules)
        {
            text = pattern.Replace(text, words);
        }

        return text;
    }

    /// <summary>The longest words first, so that one within another does not win.</summary>
    private static string Pronounce(string text, IReadOnlyDictionary<string, string>? pronounce)
    {
        foreach (var (word, said) in pronounce?.OrderByDescending(pair => pair.Key.Length) ?? Enumerable.Empty<KeyValuePair<string, string>>())
        {
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at, StringComparison.Ordinal))
            {
                var isWhole = (at == 0 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(word[0]))
                    && (at + word.Length == text.Length || !char.IsLetterOrDigit(text[at + word.Length]) || !char.IsLetterOrDigit(word[^1]));
                if (isWhole)
                {
                    text = string.Concat(text.AsSpan(0, at), said, text.AsSpan(at + word.Length));
                }

                at += isWhole ? said.Length : word.Length;
            }
        }

        return text;
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

    /// <summary>Before a very long word the voice takes breath, and what stands before it can be read.</summary>
    [GeneratedRegex(@"(?<=[\p{L}\d]) (?=\p{L}{30})")]
    private static partial Regex BeforeLongWord();

    [GeneratedRegex(@" (?=[,.;:!?](?:\s|$))")]
    private static partial Regex BeforeMark();

    /// <summary>Two punctuation marks that a dropped sign left side by side.</summary>
    [GeneratedRegex(@"([,;:])\s*[,;:](?=\s|$)")]
    private static partial Regex DoubleMark();

    /// <summary>A hash or an identifier that nobody reads aloud.</summary>
    [GeneratedRegex(
        @"(?<![\w-])(?=[0-9a-fA-F-]*\d)(?=[0-9a-fA-F-]*[a-fA-F])(?:[0-9a-f]{16,128}|[0-9A-F]{16,128}"
        + @"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])")]
    private static partial Regex LongCode();

    [GeneratedRegex(@"\$[^$]{0,400}\\[A-Za-z]+[^$]{0,400}\$")]
    private static partial Regex Formula();

    /// <summary>Selectors of emoji.</summary>
    [GeneratedRegex("\uFE0F")]
    private static partial Regex Unwritten();

    /// <summary>The ending of a file's name, which is spelled.</summary>
    [GeneratedRegex("\uE014(?<e>[a-z]{2,4})\uE015", RegexOptions.ExplicitCapture)]
    private static partial Regex Ending();
}
