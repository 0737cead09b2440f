using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Slides;

/// <summary>One row of numbers of a chart.</summary>
internal sealed record ChartSeries(string Name, ImmutableArray<double> Values, ImmutableArray<string> Texts);

/// <summary>A table whose numbers are better seen than read: a name in the first column, and one or two columns of numbers of one kind.</summary>
/// <param name="Labels">The names.</param>
/// <param name="Series">The numbers.</param>
/// <param name="IsCourse">Whether the names are moments in order, so that a line tells how the numbers go.</param>
internal sealed partial record ChartData(ImmutableArray<string> Labels, ImmutableArray<ChartSeries> Series, bool IsCourse)
{
    private const int MinRows = 3;
    private const int MaxRows = 8;
    private const int MinMoments = 4;
    private const int MaxLabel = 40;

    /// <summary>Numbers that lie further apart make bars that can't be seen.</summary>
    private const double MaxRatio = 400;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Heads of columns whose numbers name something, and count nothing.</summary>
    private static readonly string[] Names = ["#", "id", "no", "no.", "nr", "nr.", "number", "year", "version", "port", "code", "phone", "zip", "line", "page"];

    /// <summary>Whether the numbers under this head name something.</summary>
    public static bool NamesThings(string column) => Names.Contains(column.Trim().ToLowerInvariant());

    /// <param name="scene">Of a table.</param>
    /// <param name="language">Its numbers are written as in this one.</param>
    public static ChartData? Of(Scene scene, string language)
    {
        var isTable = scene.Kind == SceneKind.Table && scene.Columns.Length is 2 or 3 && scene.Rows.Length is >= MinRows and <= MaxRows;
        if (!isTable || scene.Rows.Any(row => row.Length != scene.Columns.Length || row[0].Length is 0 or > MaxLabel))
        {
            return null;
        }

        ImmutableArray<string> labels = [.. scene.Rows.Select(row => row[0])];
        var isCourse = labels.Length >= MinMoments && AreMoments(labels);
        if (!isCourse && labels.All(TableNumber.HasForm))
        {
            return null;
        }

        var series = ImmutableArray.CreateBuilder<ChartSeries>();
        string? unit = null;
        for (var column = 1; column < scene.Columns.Length; column++)
        {
            var numbers = new List<TableNumber>();
            foreach (var row in scene.Rows)
            {
                if (!TableNumber.TryRead(row[column], language, out var number) || number.Value < 0 || (unit ??= number.Unit) != number.Unit)
                {
                    return null;
                }

                numbers.Add(number);
            }

            if (NamesThings(scene.Columns[column]))
            {
                return null;
            }

            series.Add(new ChartSeries(scene.Columns[column], [.. numbers.Select(number => number.Value)], [.. scene.Rows.Select(row => row[column])]));
        }

        var all = series.SelectMany(one => one.Values).ToList();
        var (most, least) = (all.Max(), all.Where(value => value > 0).DefaultIfEmpty(0).Min());
        return most > 0 && most / least <= MaxRatio && all.Distinct().Count() > 1
            ? new ChartData(labels, series.ToImmutable(), isCourse)
            : null;
    }

    /// <summary>Whether they are years, months, quarters or days, in the order of time.</summary>
    public static bool AreMoments(ImmutableArray<string> labels)
    {
        var moments = labels.Select(MomentOf).ToList();
        return moments.TrueForAll(moment => moment is not null) && moments.Zip(moments.Skip(1)).All(pair => pair.First < pair.Second);
    }

    /// <summary>A year, a month, a quarter or a day, as a number that grows with time.</summary>
    private static double? MomentOf(string label)
    {
        var text = label.Trim().ToLowerInvariant();
        if (text.Length == 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year))
        {
            return year is >= 1000 and <= 2999 ? year : null;
        }

        if (Quarter().Match(text) is { Success: true } quarter)
        {
            var of = int.Parse(quarter.Groups["quarter"].Value, CultureInfo.InvariantCulture) / 4.0;
            return of + (int.TryParse(quarter.Groups["year"].Value, out var named) ? named : 0);
        }

        var month = text.Length is >= 3 and <= 9 ? Array.FindIndex(Months, name => text.StartsWith(name, StringComparison.Ordinal)) : -1;
        return month >= 0 ? month
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.DayNumber
            : null;
    }

    [GeneratedRegex(@"^q(?<quarter>[1-4])(\s+(?<year>\d{4}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Quarter();
}
