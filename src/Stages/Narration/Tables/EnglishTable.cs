using System.Collections.Immutable;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>How facts of a table are said in English.</summary>
/// <param name="isPart">Whether the table has more rows than these, so that what is said is true of them alone.</param>
internal sealed class EnglishTable(bool isPart)
{
    /// <summary>More names are counted rather than said.</summary>
    private const int MaxNames = 3;

    public string Say(TableFact fact)
    {
        var words = fact switch
        {
            TableFact.Extremes extremes => Extremes(extremes),
            TableFact.Years years =>
                $"{Subject(years.Column)} {(IsMany(years.Column) ? "go" : "goes")} from {years.First} for {years.FirstRow} to {years.Last} for {years.LastRow}",
            TableFact.Course course => Course(course),
            TableFact.Same same => $"{Subject(same.Column)} {(IsMany(same.Column) ? "are" : "is")} {same.Value} for all of them",
            TableFact.Groups groups => $"{Subject(groups.Column)}: {string.Join("; ", groups.Parts.Select(part => Group(part.Answer, part.Rows, groups)))}",
            TableFact.Range range => Range(range),
            TableFact.Repeats repeats => $"{repeats.Row} {(IsMany(repeats.Row) ? "have" : "has")} the same numbers as {repeats.Other}",
            _ => throw new ArgumentOutOfRangeException(nameof(fact)),
        };
        return isPart && fact is not (TableFact.Range or TableFact.Repeats or TableFact.Course) ? $"Among these, {words}." : $"{Capital(words)}.";
    }

    private static string Extremes(TableFact.Extremes fact)
    {
        var isMany = IsMany(fact.Column) && !fact.Most.EndsWith('%');
        var (most, least) = isMany ? ("most", "fewest") : ("highest", "lowest");
        var words = $"{And(fact.MostRows)} {(fact.MostRows.Length > 1 ? "have" : "has")} the {most} {Noun(fact.Column)}, {fact.Most}, "
            + $"and {And(fact.LeastRows)} the {least}, {fact.Least}";
        return fact.Sum is var (name, sum) ? $"{words}; the {name.ToLowerInvariant().Trim(' ', ':')} is {sum}" : words;
    }

    private static string Course(TableFact.Course fact)
    {
        var isMany = IsMany(fact.Column);
        var verb = (fact.Direction switch { > 0 => "rise", < 0 => "fall", _ => "go" }) + (isMany ? "" : fact.Direction == 0 ? "es" : "s");
        var words = $"{Subject(fact.Column)} {verb} from {fact.From.Text} {In(fact.From.Name)} to {fact.To.Text} {In(fact.To.Name)}";
        words += fact.High is { } high ? $", with the highest, {high.Text}, {In(high.Name)}" : "";
        return words + (fact.Low is { } low ? $"{(fact.High is null ? ", with" : ", and")} the lowest, {low.Text}, {In(low.Name)}" : "");
    }

    private static string Range(TableFact.Range fact) =>
        $"{fact.Row} {(IsMany(fact.Row) ? "are" : "is")} highest in {Columns(fact.MostColumns)}, at {fact.Most}, "
        + $"and lowest in {Columns(fact.LeastColumns)}, at {fact.Least}";

    private static string Group(TableAnswer answer, ImmutableArray<string> rows, TableFact.Groups fact)
    {
        var word = answer.IsYes switch { true => "yes", false => "no", null => answer.Text };
        var isAll = fact.Parts.Length == 1;
        return $"{word} for {(isAll ? "all of them" : And(rows))}";
    }

    private static string In(string moment) => $"{(moment.Length == 10 && moment[4] == '-' ? "on" : "in")} {moment}";

    private static string Columns(ImmutableArray<string> names) => names.Length > MaxNames ? $"{EnglishLists.Count(names.Length)} of them" : And(names);

    private static string And(ImmutableArray<string> names) =>
        names.Length > MaxNames ? $"{EnglishLists.Count(names.Length)} rows" : EnglishLists.And(names);

    /// <summary>Whether a head speaks of several things: hours, open issues.</summary>
    private static bool IsMany(string head)
    {
        var words = head.TrimEnd('.', ':').Split(' ');
        var noun = Array.FindIndex(words, word => word is "per" or "of" or "in" or "by" or "for") is > 0 and var at ? words[at - 1] : words[^1];
        return noun.Length > 3 && noun.EndsWith('s') && !noun.EndsWith("ss", StringComparison.Ordinal) && !noun.EndsWith("us", StringComparison.Ordinal)
            && !noun.EndsWith("is", StringComparison.Ordinal) && !char.IsUpper(noun[^1]);
    }

    private static string Subject(string head) => head.TrimEnd('.', ':');

    /// <summary>An ordinary word loses its capital within a sentence; a name or an abbreviation keeps it.</summary>
    private static string Noun(string head)
    {
        var text = Subject(head);
        return text.Length > 1 && char.IsUpper(text[0]) && !text.Skip(1).Any(char.IsUpper) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
