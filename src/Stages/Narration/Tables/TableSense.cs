using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Stages.Slides;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Narration.Tables;

/// <summary>Finds what a table says as a whole. Only what is true of all of its rows is a fact, whatever they stand for.</summary>
internal sealed partial class TableSense
{
    /// <summary>More is not kept in mind.</summary>
    private const int MaxFacts = 4;
    private const int MaxRanges = 3;

    /// <summary>Columns that count one thing on, as weeks do.</summary>
    private const int MinSeries = 4;

    private const int MinGrouped = 4;
    private const int MaxAnswers = 4;
    private const int MaxAnswerWidth = 24;

    /// <summary>A longer head is a sentence, and is not said again with what it holds.</summary>
    private const int MaxHead = 60;

    private const string Units = "nm|µm|mm|cm|m|km|mi|ft|ns|µs|ms|s|sec|min|h|B|kB|KB|MB|GB|TB|KiB|MiB|GiB|mg|g|kg|lb|oz|ml|l|L|Hz|kHz|MHz|GHz"
        + "|W|kW|kWh|V|mV|dB|px|fps|rpm|ppm|%|€|£|\\$|°C|°F|USD|EUR|GBP";

    private static readonly FrozenSet<string> Sums = Words(
        "total totals sum overall gesamt summe insgesamt totale totaal totales totais average mean median durchschnitt moyenne");

    private static readonly FrozenSet<string> Yes = Words("yes y true ✅ ✔ ✓ ☑ ja oui sí si sì sim");
    private static readonly FrozenSet<string> No = Words("no n false ❌ ✗ ✘ ✖ ☒ ☐ nein non nee não");
    private static readonly FrozenSet<string> Empty = Words("- – — − n/a");

    /// <summary>Heads of columns whose numbers put things in an order, or name them.</summary>
    private static readonly FrozenSet<string> Orders = Words(
        "rank place position order step priority level chapter issue ticket build release week day date time model zip postcode rang");

    private readonly ImmutableArray<string> _columns;
    private readonly ImmutableArray<ImmutableArray<string>> _rows;
    private readonly ImmutableArray<string> _names;
    private readonly int _nameColumn;
    private readonly ImmutableArray<string>? _sum;
    private readonly string _language;

    private TableSense(Scene scene, ImmutableArray<ImmutableArray<string>> rows, (int Column, ImmutableArray<string> Names) names, string language)
    {
        _columns = scene.Columns;
        _nameColumn = names.Column;
        var sum = names.Names.Select((name, row) => (name, row)).LastOrDefault(one => IsSum(one.name));
        var hasSum = sum.name is not null && sum.row == rows.Length - 1;
        _sum = hasSum ? rows[^1] : null;
        _rows = hasSum ? rows[..^1] : rows;
        _names = hasSum ? names.Names[..^1] : names.Names;
        _language = language;
    }

    /// <summary>What there is to say; empty where only its cells say it.</summary>
    public static ImmutableArray<TableFact> Of(Scene scene, string language)
    {
        ImmutableArray<ImmutableArray<string>> rows = [.. scene.Rows.Where(row => !RowNames.IsRest(row))];
        if (scene.Columns.Length < 2 || rows.Length < 2 || rows.Any(row => row.Length != scene.Columns.Length) || RowNames.Of(rows) is not { } names)
        {
            return [];
        }

        var sense = new TableSense(scene, rows, names, language);
        return sense._names.Length < 2 ? [] : sense.IsSeries() ? sense.Ranges() : sense.Facts();
    }

    /// <summary>Whether the heads count one thing on: W1, W2, W3, or months.</summary>
    public static bool AreSeries(IReadOnlyList<string> heads)
    {
        if (heads.Count < MinSeries || heads.Any(head => head.Length > MaxHead))
        {
            return false;
        }

        if (ChartData.AreMoments([.. heads]))
        {
            return true;
        }

        var counted = heads.Select(head => Counted().Match(head.Trim())).ToList();
        return counted.TrueForAll(match => match.Success && match.Groups["name"].Value == counted[0].Groups["name"].Value)
            && counted.Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)).ToList() is var numbers
            && numbers.Zip(numbers.Skip(1)).All(pair => pair.Second == pair.First + 1);
    }

    /// <summary>The heads behind the names, without one that adds the others up.</summary>
    private List<string> Heads => [.. _columns.Skip(_nameColumn + 1).Where((head, at) => at + _nameColumn + 2 < _columns.Length || !IsSum(head))];

    private bool IsSeries() =>
        AreSeries(Heads) && Enumerable.Range(0, _rows.Length).All(row => NumbersOfRow(row) is not null);

    private List<TableNumber>? NumbersOfRow(int row) => Numbers([.. _rows[row].Skip(_nameColumn + 1).Take(Heads.Count)]);

    /// <summary>Numbers of one unit; null where a cell has none.</summary>
    private List<TableNumber>? Numbers(IReadOnlyList<string> cells)
    {
        var numbers = new List<TableNumber>();
        foreach (var cell in cells)
        {
            if (!TableNumber.TryRead(cell, _language, out var number) || number.Unit != (numbers.Count == 0 ? number.Unit : numbers[0].Unit))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private ImmutableArray<TableFact> Ranges()
    {
        var heads = Heads;
        var facts = ImmutableArray.CreateBuilder<TableFact>();
        for (var row = 0; row < _rows.Length && facts.Count < MaxRanges; row++)
        {
            var numbers = NumbersOfRow(row)!;
            var (most, least) = (numbers.MaxBy(number => number.Value), numbers.MinBy(number => number.Value));
            facts.Add(row > 0 && numbers.Select(number => number.Value).SequenceEqual(NumbersOfRow(row - 1)!.Select(number => number.Value))
                ? new TableFact.Repeats(_names[row], _names[row - 1])
                : most.Value == least.Value ? new TableFact.Same(_names[row], most.Text)
                : new TableFact.Range(_names[row], most.Text, Where(heads, numbers, most), least.Text, Where(heads, numbers, least)));
        }

        return facts.ToImmutable();
    }

    /// <summary>Nothing where most of what is written stands in columns that only their cells can tell.</summary>
    private ImmutableArray<TableFact> Facts()
    {
        var facts = ImmutableArray.CreateBuilder<TableFact>();
        var (told, untold) = (0, 0);
        for (var column = 0; column < _columns.Length; column++)
        {
            if (column <= _nameColumn)
            {
                continue;
            }

            var width = _rows.Sum(row => TextWidth.Of(row[column]));
            if (FactOf(column) is { } fact)
            {
                told += width;
                facts.Add(fact);
            }
            else
            {
                untold += width;
            }
        }

        return facts.Count == 0 || untold > Math.Max(told * 2, _rows.Length * MaxAnswerWidth) ? [] : [.. facts.Take(MaxFacts)];
    }

    private TableFact? FactOf(int column)
    {
        var (head, unit) = HeadOf(_columns[column]);
        if (head.Length == 0)
        {
            return null;
        }

        var cells = _rows.Select(row => row[column].Trim()).ToList();
        var known = Enumerable.Range(0, cells.Count).Where(row => cells[row].Length > 0 && !Empty.Contains(cells[row])).ToList();
        if (known.Count == cells.Count && cells.Distinct(StringComparer.Ordinal).Count() == 1 && TextWidth.Of(cells[0]) <= MaxAnswerWidth)
        {
            return Answer(cells[0]).IsYes is null ? new TableFact.Same(head, cells[0]) : new TableFact.Groups(head, [(Answer(cells[0]), _names)]);
        }

        if (known.Count * 2 > cells.Count && known.Count >= 2 && !ChartData.NamesThings(head) && !Orders.Contains(head.ToLowerInvariant())
            && Numbers([.. known.Select(row => cells[row])]) is { } numbers)
        {
            return NumberFact(head, unit, column, numbers, [.. known.Select(row => _names[row])], isWhole: known.Count == cells.Count);
        }

        var answers = cells.GroupBy(cell => cell, StringComparer.OrdinalIgnoreCase).ToList();
        var isFew = cells.Count >= MinGrouped && answers.Count <= MaxAnswers && answers.Count * 2 <= cells.Count;
        return known.Count == cells.Count && (isFew || cells.TrueForAll(cell => Answer(cell).IsYes is not null))
            && cells.TrueForAll(cell => TextWidth.Of(cell) <= MaxAnswerWidth && !TableNumber.TryRead(cell, _language, out _))
            ? new TableFact.Groups(
                head,
                [
                    .. Enumerable.Range(0, cells.Count).GroupBy(row => Answer(cells[row]))
                        .Select(group => (group.Key, group.Select(row => _names[row]).ToImmutableArray())),
                ])
            : null;
    }

    private TableFact? NumberFact(string head, string unit, int column, List<TableNumber> numbers, ImmutableArray<string> names, bool isWhole)
    {
        var (most, least) = (numbers.MaxBy(number => number.Value), numbers.MinBy(number => number.Value));
        string TextOf(TableNumber number) => number.Unit.Length == 0 && unit.Length > 0 ? $"{number.Text} {unit}" : number.Text;
        TableValue ValueOf(TableNumber number) => new(TextOf(number), names[numbers.IndexOf(number)]);
        if (most.Value == least.Value)
        {
            return null;
        }

        if (numbers.TrueForAll(number => number.IsYear))
        {
            return new TableFact.Years(head, least.Text, names[numbers.IndexOf(least)], most.Text, names[numbers.IndexOf(most)]);
        }

        if (isWhole && names.Length >= MinSeries && ChartData.AreMoments(names))
        {
            var steps = numbers.Zip(numbers.Skip(1), (one, next) => Math.Sign(next.Value - one.Value)).Where(step => step != 0).Distinct().ToList();
            bool IsInside(TableNumber number) => number.Value != numbers[0].Value && number.Value != numbers[^1].Value;
            return new TableFact.Course(
                head, ValueOf(numbers[0]), new TableValue(TextOf(numbers[^1]), names[^1]), steps is [var one] ? one : 0,
                IsInside(most) ? ValueOf(most) : null, IsInside(least) ? ValueOf(least) : null);
        }

        (string, string)? sum = _sum is { } row && TableNumber.TryRead(row[column], _language, out var whole)
            ? (row[_nameColumn].Trim(), TextOf(whole))
            : null;
        return new TableFact.Extremes(head, TextOf(most), Where(names, numbers, most), TextOf(least), Where(names, numbers, least), sum);
    }

    private static ImmutableArray<string> Where(IReadOnlyList<string> names, List<TableNumber> numbers, TableNumber value) =>
        [.. names.Where((_, at) => numbers[at].Value == value.Value)];

    /// <summary>"Memory (MB)" and "Rain in mm" are a head and the unit of its numbers.</summary>
    private static (string Head, string Unit) HeadOf(string column) =>
        column.Length > MaxHead ? ("", "")
        : Measured().Match(column.Trim()) is { Success: true } measured
            ? (measured.Groups["head"].Value, measured.Groups["unit"].Value)
        : (column.Trim(), "");

    private static TableAnswer Answer(string cell)
    {
        var word = cell.Trim().TrimEnd('\uFE0F');
        bool? isYes = Yes.Contains(word) ? true : No.Contains(word) ? false : null;
        return new TableAnswer(isYes, isYes is null ? cell.Trim() : "");
    }

    private static bool IsSum(string name) => Sums.Contains(name.Trim(' ', ':'));

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<name>.*?)(?<number>\d{1,4})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Counted();

    [GeneratedRegex(
        @"^(?<head>.*\p{L}.*?)\s*(?:[(\[](?<unit>" + Units + @")[)\]]|\s(?:in|en)\s(?<unit>" + Units + "))$", RegexOptions.ExplicitCapture)]
    private static partial Regex Measured();
}
