using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;

namespace VideoGen.Silo.Dashboard.Charts;

/// <summary>The page of the last hours.</summary>
internal sealed record ChartsView(int Hours) : LiveView
{
    private const int Points = 120;

    private const int MaxKinds = 5;

    private static readonly int[] Choices = [1, 3, 6];

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static ChartsView Of(IQueryCollection query) =>
        new(int.TryParse(query["hours"], out var hours) && Choices.Contains(hours) ? hours : Choices[0]);

    public override ILiveSource Open(IServiceProvider services)
    {
        var (pulse, time) = (services.GetRequiredService<Pulse>(), services.GetRequiredService<TimeProvider>());
        return new PolledSource("Charts", Every, time, _ => Task.FromResult(Draw(pulse.Samples, time.GetUtcNow())));
    }

    private Html Draw(ImmutableArray<PulseSample> samples, DateTimeOffset now)
    {
        var shown = Thin([.. samples.Where(sample => now - sample.At <= TimeSpan.FromHours(Hours))]);
        var times = shown.Select(sample => sample.At).ToList();
        var kinds = shown.SelectMany(sample => sample.Medians.Select(median => median.Kind)).CountBy(kind => kind).OrderByDescending(kind => kind.Value)
            .Take(MaxKinds).Select(kind => kind.Key).ToList();
        return $"""
            <nav class="choices" aria-label="How far back">{Choices.Select(Choice)}</nav>
            <div class="charts">
            {Chart.Of("throughput", "Tasks that ended", "a minute", times, new Series("completed", Rates(shown, sample => sample.Completed), true),
                new Series("failed", Rates(shown, sample => sample.Failed)))}
            {Chart.Of("waiting", "Stages that wait", "", times, new Series("waiting", [.. shown.Select(sample => (double?)sample.Waiting)], true))}
            {Chart.Of("oldest", "Oldest wait", "s", times, new Series("oldest task",
                [.. shown.Select(sample => (double?)Math.Round(sample.Oldest.TotalSeconds))], true))}
            {Chart.Of("slots", "Slots", "", times, new Series("at work", [.. shown.Select(sample => (double?)sample.Busy)], true), new Series("in all",
                [.. shown.Select(sample => (double?)sample.Slots)]))}
            {Chart.Of("durations", "How long stages take, median", "s", times, [.. kinds.Select(kind => OfKind(kind, shown))])}
            </div>
            <p class="muted">This silo looked every few seconds since it started; it remembers {Pulse.Kept.TotalHours} hours.</p>
            """;
    }

    private Html Choice(int hours) =>
        $"""<a href="/charts?hours={hours}"{Html.Attribute("aria-current", hours == Hours ? "true" : null)}>{(hours == 1 ? "1 hour" : $"{hours} hours")}</a>""";

    private static Series OfKind(string kind, IEnumerable<PulseSample> samples) => new(
        StageName.TryParse(kind, out var stage, out _) ? StageTitles.Of(stage) : kind,
        [.. samples.Select(sample => sample.Medians.Where(median => median.Kind == kind).Select(median => (double?)Math.Round(median.Median.TotalSeconds,
            2)).FirstOrDefault())]);

    /// <summary>How fast a count rose; a count that falls, since tasks were deleted, says nothing.</summary>
    private static List<double?> Rates(List<PulseSample> samples, Func<PulseSample, long> count) =>
    [
        .. samples.Select((sample, i) => i == 0 ? default(double?)
            : Math.Round(Math.Max(0, count(sample) - count(samples[i - 1])) / Math.Max(1e-3, (sample.At - samples[i - 1].At).TotalMinutes), 2)),
    ];

    /// <summary>No more points than a chart shows.</summary>
    private static List<PulseSample> Thin(IReadOnlyList<PulseSample> samples)
    {
        var step = (samples.Count + Points - 1) / Points;
        return step <= 1 ? [.. samples] : [.. samples.Where((_, i) => (samples.Count - 1 - i) % step == 0)];
    }
}
