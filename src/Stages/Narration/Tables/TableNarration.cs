using System.Collections.Immutable;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>What is said about a table: what it is about, and what it says as a whole. A small one, and one that only its cells can tell, is read.</summary>
internal static class TableNarration
{
    /// <summary>Rows and cells of a table that is read whole.</summary>
    private const int ReadRows = 3;
    private const int ReadCells = 9;

    /// <summary>Heads that are said; of more, the first ones.</summary>
    private const int MaxHeads = 6;
    private const int FirstHeads = 3;

    /// <summary>Rows that are not read, and are named instead.</summary>
    private const int MaxNamed = 6;

    public static IEnumerable<string> Write(Scene scene, Scene? before, string language, Phrases phrases)
    {
        var goesOn = before is { Kind: SceneKind.Table, IsPart: true } && scene.IsPart && before.Title == scene.Title
            && before.Columns.FirstOrDefault() == scene.Columns.FirstOrDefault();
        var columns = scene.Columns.Where(column => column.Any(char.IsLetterOrDigit)).ToList();
        if (phrases.IsEnglish)
        {
            yield return Introduce(scene, columns, goesOn, before);
        }
        else if (!goesOn && columns.Count > 0)
        {
            yield return string.Join(", ", Heads(columns, phrases));
        }

        var facts = IsSmall(scene) ? [] : TableSense.Of(scene, language);
        var isPart = scene.AllRows > 0;
        if (facts.Length > 0 && phrases.IsEnglish)
        {
            foreach (var fact in facts)
            {
                yield return new EnglishTable(isPart).Say(fact);
            }
        }
        else if (facts.Length > 0 && !isPart && TableWords.For(language) is { } words)
        {
            foreach (var fact in facts)
            {
                yield return words.Say(fact);
            }
        }
        else
        {
            foreach (var line in Read(scene, phrases))
            {
                yield return line;
            }
        }
    }

    private static bool IsSmall(Scene scene) => scene.Rows.Length <= ReadRows && scene.Rows.Length * (scene.Columns.Length - 1) <= ReadCells;

    private static string Introduce(Scene scene, List<string> columns, bool goesOn, Scene? before)
    {
        var shown = scene.Rows.Count(row => !RowNames.IsRest(row));
        var rows = $"{EnglishLists.Count(shown)} row{(shown == 1 ? "" : "s")}";
        if (goesOn)
        {
            return before!.Columns.SequenceEqual(scene.Columns)
                ? $"The table goes on, with {rows} more."
                : $"The table goes on with {EnglishLists.And(English([.. columns.Skip(1)]))}.";
        }

        var all = scene.AllRows > shown ? $"{EnglishLists.Count(scene.AllRows)} rows, {EnglishLists.Count(shown)} of them here" : rows;
        return columns.Count > 0 ? $"A table of {EnglishLists.And(English(columns))}, with {all}." : $"A table with {all}.";
    }

    private static List<string> English(List<string> columns) => Heads(columns, Phrases.For("en"));

    /// <summary>Heads as they are said: those of a series by the first and the last.</summary>
    private static List<string> Heads(List<string> columns, Phrases phrases)
    {
        if (phrases.IsEnglish && TableSense.AreSeries(columns))
        {
            return [$"{columns[0]} to {columns[^1]}"];
        }

        if (TableSense.AreSeries([.. columns.Skip(1)]))
        {
            return [columns[0], phrases.IsEnglish ? $"{columns[1]} to {columns[^1]}" : $"{columns[1]} … {columns[^1]}"];
        }

        return columns.Count <= MaxHeads ? columns
            : [.. columns.Take(FirstHeads), .. phrases.IsEnglish ? [$"{EnglishLists.Count(columns.Count - FirstHeads)} more columns"] : Array.Empty<string>()];
    }

    private static IEnumerable<string> Read(Scene scene, Phrases phrases)
    {
        foreach (var row in scene.Rows.Take(ReadRows))
        {
            yield return Row(row, phrases);
        }

        var rest = scene.Rows.Skip(ReadRows).Where(row => !RowNames.IsRest(row)).ToImmutableArray();
        if (phrases.IsEnglish && rest.Length is > 0 and <= MaxNamed && RowNames.Of(rest) is var (_, names))
        {
            yield return rest.Length == 1 ? $"The last one: {names[0]}." : $"The rest: {EnglishLists.And(names)}.";
        }
    }

    private static string Row(ImmutableArray<string> row, Phrases phrases)
    {
        var cells = row.Where(cell => cell.Length > 0).Select(cell => cell is "–" or "—" or "-" or "−" && phrases.IsEnglish ? "none" : cell).ToList();
        return cells.Count switch
        {
            0 => "",
            1 => cells[0],
            _ => $"{cells[0].TrimEnd('.', ':')}: {string.Join(", ", cells.Skip(1).Select(cell => cell.TrimEnd('.')))}",
        };
    }
}
