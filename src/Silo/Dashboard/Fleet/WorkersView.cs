using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.Fleet;

/// <summary>The page of the workers: what each can do, and what it does in its slots.</summary>
internal sealed record WorkersView(bool MayAct) : LiveView
{
    /// <summary>Slots that are drawn one by one.</summary>
    private const int MaxSquares = 32;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public override ILiveSource Open(IServiceProvider services)
    {
        var registry = services.GetRequiredService<IGrainFactory>().GetGrain<IWorkerRegistryGrain>(0);
        return new PolledSource("Workers", Every, services.GetRequiredService<TimeProvider>(), async _ => Of(await registry.ListAsync()));
    }

    private Html Of(ImmutableArray<WorkerStatus> workers)
    {
        var (slots, busy) = (workers.Sum(worker => worker.Report.Slots), workers.Sum(worker => worker.Report.Stages.Length));
        var draining = workers.Count(IsDraining);
        return $"""
            {Html.Live("sums", $"""
                <ul class="sums" id="sums"><li><b>{workers.Length}</b> alive</li><li><b>{busy}</b> of {slots} slots at work</li>
                {Html.If(draining > 0, $"<li><b>{draining}</b> draining</li>")}</ul>
                """)}
            {Html.If(workers.IsEmpty, $"""
                <section class="empty"><p>No worker is alive.</p>
                <p class="muted">Start one where the silos meet: <code>videogen worker --redis HOST:PORT</code></p></section>
                """)}
            <ul class="rows" aria-label="Workers">{workers.Select(Row)}</ul>
            """;
    }

    private static bool IsDraining(WorkerStatus worker) => worker.Report.IsDraining || worker.IsToldToDrain;

    private Html Row(WorkerStatus worker)
    {
        var report = worker.Report;
        var (name, incarnation) = (report.Profile.Worker.Name, LeaseSecrets.Show(report.Profile.Worker.Incarnation));
        var id = $"worker-{incarnation:N}";
        var drain = $"/workers/drain?name={Uri.EscapeDataString(name)}";
        return Html.Live(
            id,
            $"""
            <li class="row" id="{id}" data-row>
            <div class="row-head"><h2 class="id">{name}</h2>{State(worker)}
            {Html.If(MayAct && !IsDraining(worker), $"""<a class="button small" data-act href="{drain}" aria-label="Drain {name}">Drain</a>""")}</div>
            <div class="slots" role="img" aria-label="{report.Stages.Length} of {report.Slots} slots at work">{Squares(report)}</div>
            <ul class="plain">{report.Stages.Select(stage => Stage(stage, worker.HeardAt))}</ul>
            <dl class="facts wide">
            <dt>Does</dt><dd>{report.Profile.Kinds.Select(kind => (Html)$"""<span class="label">{kind}</span> """)}</dd>
            {Html.If(!report.Profile.Capabilities.IsEmpty, $"<dt>Has</dt><dd>{string.Join(", ", report.Profile.Capabilities)}</dd>")}
            <dt>Queues</dt><dd>{string.Join(", ", report.Queues)}</dd>
            <dt>Version</dt><dd>{report.Version}</dd>
            <dt>Up</dt><dd>{Up(worker)}</dd>
            </dl>
            {report.Problems.Select(problem => (Html)$"""<p class="says error">{problem}</p>""")}
            {(report.Lacks ?? []).Select(lack => (Html)$"""<p class="says waits">Does no {lack.Kind}: {lack.Reason}</p>""")}
            {Html.If(report.Unanswered is not null, $"""
                <p class="says error">No queue has answered it for {Wording.Rough(report.Unanswered ?? default)}, although it waits.</p>
                """)}
            </li>
            """);
    }

    /// <summary>It is up for a little longer with every report; the start is the same but for the way of the report.</summary>
    private static Html Up(WorkerStatus worker)
    {
        var since = worker.HeardAt - worker.Report.Up;
        var rounded = new DateTimeOffset(since.Ticks - (since.Ticks % TimeSpan.FromMinutes(1).Ticks), TimeSpan.Zero);
        return $"since {Draw.Exact(rounded)}";
    }

    private static Html State(WorkerStatus worker) =>
        $"""
        {(IsDraining(worker) ? (Html)$"""<span class="badge paused">{Draw.Icon("paused")}draining</span>""" : $"""
            <span class="badge completed">{Draw.Icon("completed")}alive</span>
            """)}
        <span class="muted">heard {Draw.Moment(worker.HeardAt)}</span>
        """;

    private static IEnumerable<Html> Squares(WorkerReport report)
    {
        for (var i = 0; i < Math.Min(report.Slots, MaxSquares); i++)
        {
            yield return i < report.Stages.Length ? (Html)$"""<i class="slot busy"></i>""" : $"""<i class="slot"></i>""";
        }
    }

    private static Html Stage(WorkerStage stage, DateTimeOffset heard)
    {
        var since = heard - stage.For;
        var rounded = new DateTimeOffset(since.Ticks - (since.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        return $"""<li><a class="id" href="/tasks/{stage.Task}">{stage.Task}</a> {StageTitles.InText(stage.Stage)} for {Draw.Since(rounded)}</li>""";
    }
}
