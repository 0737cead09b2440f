using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>When each stage waited and worked, and where the time of the whole went.</summary>
internal static class TimeMarkup
{
    /// <summary>Stages that have a row of their own.</summary>
    private const int MaxRows = 120;

    /// <summary>Length of the axis, in the units of the drawing.</summary>
    private const int Axis = 1_000;

    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

    public static Html Of(TaskState state, ImmutableArray<StageHistory> histories, DateTimeOffset now)
    {
        var shown = histories.Where(history => !history.Stretches.IsEmpty).OrderBy(history => history.Stretches[0].From).ToList();
        if (shown.Count == 0)
        {
            return $"""<div id="time" hidden></div>""";
        }

        var start = state.CreatedAt;
        var seconds = Math.Max(1, (shown.Max(history => history.End!.Value) - start).TotalSeconds);
        var step = Steps.FirstOrDefault(step => seconds / step <= 8, Steps[^1] * (int)Math.Ceiling(seconds / 8 / Steps[^1]));
        var whole = Math.Ceiling(seconds / step) * step;
        return Draw.Panel(
            "time",
            "Time",
            $"""
            {Html.Live("spent", Spent(TimeSpent.Of(state, histories, now)))}
            <div class="gantt" role="table" aria-label="When each stage waited and worked">
            {Html.Live("axis", $"""<div class="gantt-axis" id="axis" aria-hidden="true"><span></span>{Scale(whole, step)}<span></span></div>""")}
            {shown.Take(MaxRows).Select(history => Row(history, start, whole))}
            </div>
            {Html.If(shown.Count > MaxRows, $"""<p class="muted">{shown.Count - MaxRows} more stages; the list below has them all.</p>""")}
            <p class="legend">{Legend("worked", "at work")}{Legend("waited", "waiting for a worker")}{Legend("failed", "failed attempt")}{Legend("lost",
                "lost with its worker")}{Legend("dropped", "given back or interrupted")}</p>
            """);
    }

    private static Html Legend(string kind, string words) => $"""
        <span class="key {kind}"><svg width="14" height="10" aria-hidden="true">{Rect(kind, 0, 14, 10)}</svg>{words}</span>
        """;

    private static Html Scale(double whole, int step) =>
        $"""
            <svg class="scale" viewBox="0 0 {Axis} 18" preserveAspectRatio="none" height="18">
            {Ticks(whole, step).Select(tick => (Html)$"""<line x1="{tick.X}" x2="{tick.X}" y1="12" y2="18"></line>""")}</svg><span class="ticks">
            {Ticks(whole, step).Select(tick => (Html)$"""<span>{tick.Word}</span>""")}</span>
            """;

    private static IEnumerable<(int X, string Word)> Ticks(double whole, int step)
    {
        for (var at = 0; at < whole; at += step)
        {
            yield return ((int)(at * Axis / whole), at < 60 ? $"{at} s" : Wording.Exact(TimeSpan.FromSeconds(at)));
        }
    }

    private static Html Row(StageHistory history, DateTimeOffset start, double whole)
    {
        var stage = history.Stage;
        var id = $"time-{stage.Name}";
        var last = history.Stretches.LastOrDefault(stretch => stretch.Worker is not null);
        return Html.Live(
            id,
            $"""
            <div class="gantt-row" role="row" id="{id}">
            <span class="name" role="rowheader" title="{stage.Name}">{StageTitles.InText(stage.Name)}</span>
            <span class="track" role="cell"><svg viewBox="0 0 {Axis} 18" preserveAspectRatio="none" height="18" aria-hidden="true">
            {history.Stretches.Select(stretch => Bar(stretch, start, whole))}</svg><span class="unseen">
            {string.Join("; ", history.Stretches.Select(Words))}</span></span>
            <span class="who" role="cell" title="{last?.Worker}">{last?.Worker}</span>
            </div>
            """);
    }

    private static Html Bar(Stretch stretch, DateTimeOffset start, double whole)
    {
        var x = Math.Clamp((stretch.From - start).TotalSeconds * Axis / whole, 0, Axis);
        var width = Math.Max(2, stretch.Length.TotalSeconds * Axis / whole);
        return $"""<g><title>{Words(stretch)}</title>{Rect(KindOf(stretch.Spell), x, width, 18)}</g>""";
    }

    private static Html Rect(string kind, double x, double width, int height)
    {
        var thin = kind == "waited";
        return $"""
            <rect class="{kind}" x="{Math.Round(x, 1)}" y="{(thin ? (height / 2) - 1 : 1)}" width="{Math.Round(width, 1)}"
            height="{(thin ? 2 : height - 2)}" rx="{(thin ? 0 : 2)}"></rect>
            """;
    }

    private static string KindOf(Spell spell) => spell.ToString().ToLowerInvariant();

    private static string Words(Stretch stretch)
    {
        var time = Wording.Exact(stretch.Length);
        return stretch.Spell switch
        {
            Spell.Waited => $"waited {time}",
            Spell.Worked => $"worked {time}{On(stretch)}",
            Spell.Failed => $"attempt {stretch.Attempt} failed after {time}{On(stretch)}",
            Spell.Lost => $"attempt {stretch.Attempt} was lost after {time}{On(stretch)}",
            _ => $"attempt {stretch.Attempt} ended after {time}{On(stretch)}",
        };
    }

    private static string On(Stretch stretch) => stretch.Worker is null ? "" : $" on {stretch.Worker}{(stretch.Why is null ? "" : $": {stretch.Why}")}";

    private static Html Spent(ImmutableArray<TimePart> parts)
    {
        if (parts.IsEmpty)
        {
            return $"""<div id="spent" hidden></div>""";
        }

        var whole = parts.Sum(part => part.Time.TotalSeconds);
        var x = 0.0;
        var bars = new List<Html>();
        foreach (var (part, i) in parts.Select((part, i) => (part, i)))
        {
            var width = part.Time.TotalSeconds * Axis / whole;
            bars.Add($"""
                <rect class="{Class(part, i)}" x="{Math.Round(x, 1)}" width="{Math.Round(Math.Max(width - 2, 1), 1)}" height="14"><title>
                {part.Title}: {Wording.Exact(part.Time)}</title></rect>
                """);
            x += width;
        }

        return $"""
            <div class="spent" id="spent">
            <svg viewBox="0 0 {Axis} 14" preserveAspectRatio="none" height="14" aria-hidden="true">{bars}</svg>
            <ul>{parts.Select((part, i) => (Html)$"""
                <li><i class="{Class(part, i)}"></i>{part.Title} <b>{Wording.Exact(part.Time)}</b> <span class="muted">
                {(part.Time.TotalSeconds / whole).ToString("P0", CultureInfo.InvariantCulture)}</span></li>
                """)}</ul>
            </div>
            """;
    }

    /// <summary>Stages at work have shades of one colour.</summary>
    private static string Class(TimePart part, int position) => part.Kind == TimeSpent.Worked ? $"shade-{position % 5}" : $"part-{part.Kind}";
}
