using System.Text.RegularExpressions;

namespace VideoGen.Stages.Documents;

/// <summary>What helps a reader of a page find the way, and says nothing in a film: lists of contents, rows of links, "back to top", ornaments.</summary>
internal static partial class Noise
{
    /// <summary>A heading over a list of contents.</summary>
    public static bool IsContentsHeading(string heading) => ContentsHeading().IsMatch(heading.Trim());

    /// <summary>A paragraph that only leads elsewhere.</summary>
    public static bool IsWayfinding(string text) => text.Length < 120 && Wayfinding().IsMatch(text);

    /// <summary>A target within the page, or the same page in another language.</summary>
    public static bool IsContentsTarget(string? address) => address is not null && (address.StartsWith('#') || Translation().IsMatch(address));

    /// <summary>Text that stands between the links of a row, or is empty.</summary>
    public static bool IsSeparator(char c) => char.IsWhiteSpace(c) || c is '|' or '·' or '•' or '∙' or '/' or '-' or '–' or '—' or ':' or '[' or ']' or '('
        or ')' or '»' or '«' or '～' or '｜'
        || c > '\u2190' && !char.IsLetterOrDigit(c);

    /// <summary>A picture that belongs to the page and not to what it says, judged by its address and description.</summary>
    public static bool IsOrnament(string address, string description) => Ornament().IsMatch(address[(address.LastIndexOf('/') + 1)..]) || Ornament()
        .IsMatch(description);

    [GeneratedRegex(
        @"^(?:\W*)(?:table of contents?|contents|toc|on this page|in this article|inhalt|inhaltsverzeichnis|sommaire|table des matières"
        + @"|contenido|tabla de contenidos?|índice|indice"
        + @"|sommario|conteúdo|inhoud|inhoudsopgave|содержание|оглавление|зміст|spis treści|obsah|innehåll|目录|目次|目錄|목차)(?:\W*)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ContentsHeading();

    [GeneratedRegex(
        @"^[^\p{L}\d]*(?:(?:back|return|go|jump|scroll)\s+(?:to\s+)?(?:the\s+)?(?:top|contents|table of contents|toc|index|start)|top"
        + @"|edit (?:this page|on github)|nach oben|zurück nach oben"
        + @"|zum anfang|retour en haut|haut de page|volver arriba|torna su|voltar ao topo|terug naar boven|наверх|вернуться наверх|返回顶部|回到顶部"
        + @"|トップへ戻る|맨 위로)[^\p{L}\d]*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Wayfinding();

    [GeneratedRegex(@"(?:^|/)README[._-]?[\w-]*\.(?:md|markdown|rst)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Translation();

    [GeneratedRegex(
        @"(?<![\p{L}])(?:logo|logotype|badge|icon|favicon|banner|avatar|build( status| passing)?|ci( status)?|coverage|licen[cs]e|npm|pypi"
        + @"|nuget|crates\.io|downloads|stars|sponsors?"
        + @"|contributors|star history)(?![\p{L}])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Ornament();
}
