using System.Collections.Frozen;

namespace VideoGen.Stages.Captions;

/// <summary>
/// How well a text can be parted behind a word: at the end of a sentence best, then behind a comma, then before a conjunction; worst behind an
/// article.
/// </summary>
internal static class CaptionBreaks
{
    public const double Sentence = 0;
    public const double Clause = 6;
    public const double BeforeClause = 12;
    public const double Plain = 24;

    /// <summary>Behind a word that belongs to what follows.</summary>
    public const double Bad = 120;

    private static readonly FrozenSet<string> Bound = Set(
        "a an the this that these those my your his her its our their some any no every each of to in on at by for from with without into onto"
        + " over under about between "
        + "through during as is are was were be been am has have had do does did can could will would shall should may might must not and or but"
        + " if when because than so "
        + "very more most which who whose where while per via mr mrs dr "
        + "der die das den dem des ein eine einen einem einer eines mein dein sein ihr unser kein keine und oder aber dass weil wenn als wie zu"
        + " zum zur im in am an auf aus bei "
        + "mit nach von vom vor über unter durch für gegen ohne um ist sind war waren wird werden wurde hat haben hatte kann können muss müssen soll nicht "
        + "le la les un une des du de au aux ce cette ces mon ma mes son sa ses et ou mais que qui dans sur sous avec sans pour par en est sont"
        + " était ont a ne se "
        + "el los las una unos unas del al y o pero con sin por para su sus mi es son fue han lo il gli i uno della dei delle e ma che di da per"
        + " tra fra non si sono "
        + "het een van op met voor door naar niet zijn wordt worden dit dat");

    private static readonly FrozenSet<string> Leads = Set(
        "and or but because although while when where which who that so if unless until before after since than as in on at by for from with"
        + " without into over under about "
        + "between through during to of und oder aber weil obwohl während wenn dass damit als mit ohne für von zu auf in an bei nach et ou mais"
        + " parce lorsque quand que qui avec "
        + "sans pour dans sur y o pero porque cuando con sin para e ma perché quando che con senza per en maar omdat wanneer dat die met zonder voor");

    /// <param name="word">The last word before the break.</param>
    /// <param name="next">The first behind it.</param>
    public static double CostBehind(in CaptionWord word, in CaptionWord next) =>
        word.EndsSentence ? Sentence
            : word.Text[^1] is ',' or ';' or ':' or '—' or '–' or '，' or '、' or '；' or '：' or '،' or ')' or '?' or '!' or '.' or '…' or '。' or '！' or '？'
                ? Clause
            : Bound.Contains(Bare(word.Text)) ? Bad
            : !next.HasSpace && char.IsAsciiLetterOrDigit(word.Text[^1]) ? Bad
            : Leads.Contains(Bare(next.Text)) ? BeforeClause
            : Plain;

    private static string Bare(string word) => word.Trim('"', '\'', '(', '[', '“', '”', '‘', '’', '„', '«', '»').ToLowerInvariant();

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
