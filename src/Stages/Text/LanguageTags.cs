using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace VideoGen.Stages.Text;

/// <summary>Languages as people and programs write them.</summary>
internal static partial class LanguageTags
{
    private static readonly FrozenDictionary<string, string> Names =
        ("english en german de deutsch de french fr français fr francais fr spanish es español es espanol es italian it italiano it portuguese pt "
            + "português pt dutch nl nederlands nl "
        + "polish pl polski pl russian ru русский ru ukrainian uk українська uk chinese zh 中文 zh japanese ja 日本語 ja korean ko 한국어 ko arabic ar"
        + " العربية ar swedish sv svenska sv "
        + "danish da dansk da norwegian nb norsk nb finnish fi suomi fi czech cs čeština cs greek el turkish tr türkçe tr hindi hi hebrew he")
        .Split(' ').Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The tag (BCP 47) of a language that is written as a tag, with an underscore as some systems do, or by its name. Null for anything else.
    /// </summary>
    public static string? Find(string text)
    {
        var tag = text.Trim().Split('.', '@')[0].Replace('_', '-');
        return Names.TryGetValue(tag, out var known) ? known : Tag().IsMatch(tag) ? tag : null;
    }

    /// <summary>
    /// A tag as it is written (RFC 5646, 2.1.1): <c>pt-BR</c>, <c>zh-Hant</c>. Two that differ in the case of letters alone are the same tag.
    /// </summary>
    public static string Canonical(string tag) => string.Join('-', tag.Split('-').Select((part, index) =>
        index > 0 && part.Length == 2 ? part.ToUpperInvariant()
            : index > 0 && part.Length == 4 && char.IsAsciiLetter(part[0]) ? char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant()
            : part.ToLowerInvariant()));

    /// <summary>Whether one names the language of the other, as <c>en</c> that of <c>en-GB</c>. Two of different countries are not the same.</summary>
    public static bool IsSame(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase)
        || (LanguageOf(one) == LanguageOf(other) && (!one.Contains('-', StringComparison.Ordinal) || !other.Contains('-', StringComparison.Ordinal)));

    /// <summary>The language alone, without country or script: <c>pt</c> of <c>pt-BR</c>.</summary>
    public static string LanguageOf(string tag) => tag.Split('-')[0].ToLowerInvariant();

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
