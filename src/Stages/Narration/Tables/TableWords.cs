using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>
/// How facts of a table are said in a language other than English: behind the head of a column and a colon, so that nothing has to be inflected.
/// </summary>
internal sealed record TableWords
{
    /// <summary>More names are counted rather than said.</summary>
    private const int MaxNames = 3;

    private static readonly FrozenDictionary<string, TableWords> Languages = new Dictionary<string, TableWords>
    {
        ["de"] = new()
        {
            Extremes = "am höchsten bei {0} mit {1}, am niedrigsten bei {2} mit {3}",
            Years = "von {1} bei {0} bis {3} bei {2}",
            Course = "zuerst {1} ({0}), zuletzt {3} ({2})",
            Same = "überall {0}",
            Group = "{0} bei {1}",
            Rows = "{0} Zeilen",
            Range = "höchster Wert {0} ({1}), niedrigster Wert {2} ({3})",
            Repeats = "dieselben Zahlen wie {0}",
            Also = "und",
            Yes = "ja",
            No = "nein",
        },
        ["fr"] = new()
        {
            Extremes = "maximum {1} pour {0}, minimum {3} pour {2}",
            Years = "de {1} pour {0} à {3} pour {2}",
            Course = "d’abord {1} ({0}), à la fin {3} ({2})",
            Same = "partout {0}",
            Group = "{0} pour {1}",
            Rows = "{0} lignes",
            Range = "maximum {0} ({1}), minimum {2} ({3})",
            Repeats = "les mêmes nombres que {0}",
            Also = "et",
            Yes = "oui",
            No = "non",
        },
        ["es"] = new()
        {
            Extremes = "máximo {1} en {0}, mínimo {3} en {2}",
            Years = "de {1} en {0} a {3} en {2}",
            Course = "al principio {1} ({0}), al final {3} ({2})",
            Same = "siempre {0}",
            Group = "{0} en {1}",
            Rows = "{0} filas",
            Range = "máximo {0} ({1}), mínimo {2} ({3})",
            Repeats = "los mismos números que {0}",
            Also = "y",
            Yes = "sí",
            No = "no",
        },
        ["it"] = new()
        {
            Extremes = "massimo {1} per {0}, minimo {3} per {2}",
            Years = "da {1} per {0} a {3} per {2}",
            Course = "all’inizio {1} ({0}), alla fine {3} ({2})",
            Same = "sempre {0}",
            Group = "{0} per {1}",
            Rows = "{0} righe",
            Range = "massimo {0} ({1}), minimo {2} ({3})",
            Repeats = "gli stessi numeri di {0}",
            Also = "e",
            Yes = "sì",
            No = "no",
        },
        ["nl"] = new()
        {
            Extremes = "het hoogst bij {0} met {1}, het laagst bij {2} met {3}",
            Years = "van {1} bij {0} tot {3} bij {2}",
            Course = "eerst {1} ({0}), aan het eind {3} ({2})",
            Same = "overal {0}",
            Group = "{0} bij {1}",
            Rows = "{0} rijen",
            Range = "hoogste waarde {0} ({1}), laagste waarde {2} ({3})",
            Repeats = "dezelfde getallen als {0}",
            Also = "en",
            Yes = "ja",
            No = "nee",
        },
        ["pt"] = new()
        {
            Extremes = "máximo {1} em {0}, mínimo {3} em {2}",
            Years = "de {1} em {0} a {3} em {2}",
            Course = "no início {1} ({0}), no fim {3} ({2})",
            Same = "sempre {0}",
            Group = "{0} em {1}",
            Rows = "{0} linhas",
            Range = "máximo {0} ({1}), mínimo {2} ({3})",
            Repeats = "os mesmos números que {0}",
            Also = "e",
            Yes = "sim",
            No = "não",
        },
    }.ToFrozenDictionary();

    /// <summary>Rows and number, twice.</summary>
    public required string Extremes { get; init; }

    /// <summary>Row and year, twice.</summary>
    public required string Years { get; init; }

    /// <summary>Moment and number, twice.</summary>
    public required string Course { get; init; }

    public required string Same { get; init; }

    /// <summary>The answer, and who has it.</summary>
    public required string Group { get; init; }

    public required string Rows { get; init; }

    /// <summary>Number and column, twice.</summary>
    public required string Range { get; init; }

    public required string Repeats { get; init; }

    public required string Also { get; init; }

    public required string Yes { get; init; }

    public required string No { get; init; }

    /// <returns>Null for a language that has no such words.</returns>
    public static TableWords? For(string language) => Languages.GetValueOrDefault(LanguageTags.LanguageOf(language));

    public string Say(TableFact fact) => fact switch
    {
        TableFact.Extremes all => After(
            all.Column, Format(Extremes, And(all.MostRows), all.Most, And(all.LeastRows), all.Least) + (all.Sum is var (name, sum) ? $"; {name}: {sum}" : "")),
        TableFact.Years years => After(years.Column, Format(Years, years.FirstRow, years.First, years.LastRow, years.Last)),
        TableFact.Course course => After(course.Column, Format(Course, course.From.Name, course.From.Text, course.To.Name, course.To.Text)),
        TableFact.Same same => After(same.Column, Format(Same, same.Value)),
        TableFact.Groups groups => After(
            groups.Column, string.Join("; ", groups.Parts.Select(part => Format(Group, Answer(part.Answer), And(part.Rows))))),
        TableFact.Range range => After(range.Row, Format(Range, range.Most, And(range.MostColumns), range.Least, And(range.LeastColumns))),
        TableFact.Repeats repeats => After(repeats.Row, Format(Repeats, repeats.Other)),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    private static string After(string head, string words) => $"{head.TrimEnd('.', ':')}: {words}.";

    private static string Format(string words, params object[] values) => string.Format(CultureInfo.InvariantCulture, words, values);

    private string Answer(TableAnswer answer) => answer.IsYes switch { true => Yes, false => No, null => answer.Text };

    private string And(ImmutableArray<string> names) =>
        names.Length > MaxNames ? Format(Rows, names.Length) : names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} {Also} {names[^1]}";
}
