using System.Collections.Immutable;
using VideoGen.Stages.Text;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>What the rows of a table are called: the cells of the first column that tells them apart by words or by moments.</summary>
internal static class RowNames
{
    private const int MaxWidth = 40;

    /// <summary>The first column may only count the rows; further in, no column names them.</summary>
    private const int MaxColumn = 1;

    /// <returns>Null where no column tells them apart.</returns>
    public static (int Column, ImmutableArray<string> Names)? Of(IReadOnlyList<ImmutableArray<string>> rows)
    {
        for (var column = 0; column <= MaxColumn && rows.Count > 0 && column < rows.Min(row => row.Length); column++)
        {
            ImmutableArray<string> names = [.. rows.Select(row => row[column].Trim())];
            if (names.All(name => name.Any(char.IsLetterOrDigit) && TextWidth.Of(name) <= MaxWidth)
                && names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length
                && (names.Any(name => !TableNumber.HasForm(name)) || ChartData.AreMoments(names)))
            {
                return (column, names);
            }
        }

        return null;
    }

    /// <summary>Whether a row only counts those that its slide has no room for.</summary>
    public static bool IsRest(ImmutableArray<string> row) =>
        row is [{ } first, ..] && first.StartsWith('…') && row.Skip(1).All(cell => cell.Length == 0);
}
