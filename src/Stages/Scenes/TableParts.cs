using System.Collections.Immutable;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Scenes;

/// <summary>
/// Spreads a table over slides: first its columns, the first of which stands in every part because it says what a row is about, and then its rows.
/// </summary>
internal static class TableParts
{
    /// <summary>Letters that a slide has room for beside each other, by the shape of the video.</summary>
    private const int WideLetters = 92;
    private const int NarrowLetters = 46;

    /// <summary>What a column takes beside its text, and at most, in letters.</summary>
    private const int ColumnEdge = 3;
    private const int MaxColumn = 30;

    /// <summary>More rows stand on no slide.</summary>
    private const int MostRows = 24;

    /// <param name="table">The whole.</param>
    /// <param name="isWide">Whether the video is wider than high.</param>
    /// <param name="fits">Whether a part can be seen whole on a slide.</param>
    /// <param name="left">The rows and columns that no part shows.</param>
    public static List<TablePiece> Of(TablePiece table, bool isWide, Func<TablePiece, bool> fits, out (int Rows, int Columns) left)
    {
        var parts = new List<TablePiece>();
        var groups = Groups(table, isWide ? WideLetters : NarrowLetters, fits);
        left = (0, 0);
        foreach (var (group, index) in groups.Select((group, index) => (group, index)))
        {
            if (parts.Count == SlideFit.MaxParts)
            {
                left.Columns += group.Count - (index == 0 ? 0 : 1);
                continue;
            }

            var part = Part(table, group, table.Rows);
            var room = Math.Max(1, (SlideFit.MaxParts - parts.Count) / (groups.Count - index));
            parts.AddRange(RowParts(part, fits, room, out var rows));
            left.Rows = Math.Max(left.Rows, rows);
        }

        return parts;
    }

    private static TablePiece Part(TablePiece table, List<int> group, ImmutableArray<ImmutableArray<string>> rows) =>
        new([.. group.Select(column => table.Columns[column])], [.. rows.Select(row => group.Select(column => row[column]).ToImmutableArray())]);

    /// <summary>
    /// Many narrow columns take more room than their letters. Groups become smaller until a row of each fits; where none does, letters alone decide.
    /// </summary>
    private static List<List<int>> Groups(TablePiece table, int most, Func<TablePiece, bool> fits)
    {
        for (var letters = most; letters >= most / 3; letters -= most / 10)
        {
            var groups = ColumnGroups(table, letters);
            if (groups.TrueForAll(group => fits(Part(table, group, [.. table.Rows.Take(1)]))))
            {
                return groups;
            }
        }

        return ColumnGroups(table, most);
    }

    private static List<List<int>> ColumnGroups(TablePiece table, int letters)
    {
        var widths = Enumerable.Range(0, table.Columns.Length)
            .Select(column => Math.Min(table.Rows.Select(row => row[column]).Append(table.Columns[column]).Max(TextWidth.Of), MaxColumn) + ColumnEdge)
            .ToList();
        if (widths.Sum() <= letters || table.Columns.Length <= 2)
        {
            return [[.. Enumerable.Range(0, table.Columns.Length)]];
        }

        // As even as it goes: a last part of one column would look lost.
        var count = Math.Max(2, (int)Math.Ceiling(widths.Skip(1).Sum() / (double)Math.Max(1, letters - widths[0])));
        var target = widths.Skip(1).Sum() / (double)count;
        var groups = new List<List<int>> { new() { 0 } };
        var (used, total) = (0, 0);
        for (var column = 1; column < table.Columns.Length; column++)
        {
            if (groups[^1].Count > 1 && (used + widths[column] > letters - widths[0] || total + (widths[column] / 2.0) > target * groups.Count))
            {
                groups.Add([0]);
                used = 0;
            }

            groups[^1].Add(column);
            used += widths[column];
            total += widths[column];
        }

        return groups;
    }

    private static List<TablePiece> RowParts(TablePiece table, Func<TablePiece, bool> fits, int room, out int left)
    {
        var parts = new List<TablePiece>();
        var first = 0;
        do
        {
            var count = Math.Min(table.Rows.Length - first, MostRows);
            while (count > 1 && !fits(table with { Rows = table.Rows.Slice(first, count) }))
            {
                count--;
            }

            parts.Add(table with { Rows = table.Rows.Slice(first, count) });
            first += count;
        }
        while (first < table.Rows.Length && parts.Count < room);

        left = table.Rows.Length - first;
        if (left > 0)
        {
            var rows = parts[^1].Rows;
            left++;
            parts[^1] = table with
            {
                Rows = [.. rows[..^1], [SlideFit.More(left, "row"), .. Enumerable.Repeat("", table.Columns.Length - 1)]],
            };
        }

        return parts.Count < 2 || left > 0 ? parts : Even(table, parts, fits);
    }

    /// <summary>As many parts, of about as many rows each, where they fit.</summary>
    private static List<TablePiece> Even(TablePiece table, List<TablePiece> parts, Func<TablePiece, bool> fits)
    {
        var even = Enumerable.Range(0, parts.Count)
            .Select(i => (table.Rows.Length * i / parts.Count, table.Rows.Length * (i + 1) / parts.Count))
            .Select(range => table with { Rows = table.Rows[range.Item1..range.Item2] })
            .ToList();
        return even.TrueForAll(part => fits(part)) ? even : parts;
    }
}
