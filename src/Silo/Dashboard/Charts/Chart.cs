using System.Globalization;
using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Values">One for each moment; null where it is not known.</param>
/// <param name="IsFilled">Whether the area below it is filled.</param>
internal sealed record Series(string Name, IReadOnlyList<double?> Values, bool IsFilled = false);

/// <summary>Charts as they are drawn on the silo: shapes in a box of their own units, words beside it in HTML, and the numbers as a table.</summary>
internal static class Chart
{
    private const int Width = 600;

    private const int Height = 150;

    private const int MaxRows = 20;

    private static readonly int[] RoundSteps = [1, 2, 5, 10];

    /// <summary>A small line without words.</summary>
    public static Html Spark(IEnumerable<double> values)
    {
        var points = values.TakeLast(Width).ToList();
        if (points.Count < 2)
        {
            return $"–";
        }

        var most = Math.Max(1, points.Max());
        var line = string.Join(' ', points.Select((value, i) => Point(i * 120.0 / (points.Count - 1), 22 - (value * 20 / most))));
        return $"""<svg class="sparkline" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true"><polyline points="{line}"></polyline></svg>""";
    }

    /// <param name="id">Of the panel.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">Of the values.</param>
    /// <param name="times">The moments.</param>
    /// <param name="series">At most five.</param>
    public static Html Of(string id, string title, string unit, IReadOnlyList<DateTimeOffset> times, params IReadOnlyList<Series> series)
    {
        var most = Ceiling(series.SelectMany(one => one.Values).Max() ?? 0);
        var latest = string.Join(", ", series.Select(one => $"{one.Name} {Say(one.Values.LastOrDefault(value => value is not null), unit)}"));
        return Html.Live(
            id,
            $"""
            <figure class="panel chart" id="{id}" aria-labelledby="{id}-title">
            <figcaption><h2 id="{id}-title">{title}</h2><p class="legend">{series.Select(Key)}</p></figcaption>
            {Html.If(times.Count < 2, $"""<p class="muted nothing">The first minute is not over yet.</p>""")}
            {Html.If(times.Count >= 2, $"""
                <div class="plot"><span class="most">{Say(most, unit)}</span>
                <svg viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{title}: {latest}">
                <line class="grid" x1="0" x2="{Width}" y1="{Height / 2}" y2="{Height / 2}"></line><line class="grid" x1="0" x2="{Width}"
                y1="{Height}" y2="{Height}"></line>
                {series.Select((one, i) => Line(one, i, most))}
                </svg>
                <span class="from">{Clock(times[0])}</span><span class="to">{Clock(times[^1])}</span></div>
                <details><summary>As numbers</summary>{Table(unit, times, series)}</details>
                """)}
            </figure>
            """);
    }

    private static Html Key(Series series, int i) =>
        $"""<span class="key line-{i}"><i></i>{series.Name}</span>""";

    private static Html Line(Series series, int i, double most)
    {
        var points = series.Values.Select((value, at) => (value, X: at * (double)Width / Math.Max(1,
            series.Values.Count - 1))).Where(point => point.value is not null)
            .Select(point => (point.X, Y: Height - (point.value!.Value * (Height - 4) / most))).ToList();
        if (points.Count == 0)
        {
            return default;
        }

        var line = string.Join(' ', points.Select(point => Point(point.X, point.Y)));
        return $"""
            {Html.If(series.IsFilled, $"""<polygon class="line-{i}" points="{Point(points[0].X, Height)} {line} {Point(points[^1].X, Height)}"></polygon>""")}
            <polyline class="line-{i}" points="{line}"></polyline>
            """;
    }

    private static Html Table(string unit, IReadOnlyList<DateTimeOffset> times, IReadOnlyList<Series> series)
    {
        var step = Math.Max(1, times.Count / MaxRows);
        var rows = Enumerable.Range(0, times.Count).Where(i => (times.Count - 1 - i) % step == 0).Reverse().Take(MaxRows);
        return $"""
            <div class="scroll-x" tabindex="0" role="group" aria-label="Numbers"><table>
            <thead><tr><th scope="col">UTC</th>{series.Select(one => (Html)$"""<th scope="col">{one.Name}</th>""")}</tr></thead>
            <tbody>{rows.Select(i => (Html)$"""
                <tr><th scope="row">{Clock(times[i])}</th>{series.Select(one => (Html)$"<td>{Say(one.Values[i], unit)}</td>")}</tr>
                """)}</tbody></table></div>
            """;
    }

    private static string Point(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}");

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Say(double? value, string unit) =>
        value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:#,0.##}{(unit.Length > 0 ? " " : "")}{unit}") : "–";

    /// <summary>A round number that is no less: 1, 2 or 5 with noughts.</summary>
    private static double Ceiling(double value)
    {
        if (value <= 1)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return RoundSteps.First(step => step * power >= value) * power;
    }
}
