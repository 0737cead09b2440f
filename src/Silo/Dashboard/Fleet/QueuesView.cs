using System.Globalization;
using VideoGen.Silo.Dashboard.Charts;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.Fleet;

/// <summary>The page of the queues and the limits: what is held back, and by what.</summary>
internal sealed record QueuesView(bool MayAct) : LiveView
{
    private const int MaxHolders = 10;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public override ILiveSource Open(IServiceProvider services)
    {
        var (grains, time) = (services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<TimeProvider>());
        var pulse = services.GetRequiredService<Pulse>();
        return new PolledSource("Queues and limits", Every, time, async _ =>
        {
            var queues = await QueueList.ReadAsync(grains, time);
            var limits = (await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync()).Limits.Values.ToList();
            var statuses = await Task.WhenAll(limits.Select(limit => grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync()));
            return Of(queues, [.. limits.Zip(statuses)], pulse.Samples);
        });
    }

    private Html Of(QueueList list, IReadOnlyList<(LimitDefinition Limit, LimitStatus Status)> limits, IReadOnlyList<PulseSample> samples) =>
        $"""
        {Html.If(list.Queues.IsEmpty, $"""<section class="empty"><p>No queue has anything to do, and no worker serves one.</p></section>""")}
        <ul class="rows" aria-label="Queues">{list.Queues.Select(queue => Row(queue, samples))}</ul>
        {Html.If(list.LeftOut > 0, $"""<p class="muted">{list.LeftOut} more queues have less waiting.</p>""")}
        <div class="head"><h2>Limits</h2>
        {Html.If(MayAct, $"""<a class="button small" data-act href="/queues/limit">Set a limit</a>""")}</div>
        {Html.If(limits.Count == 0, $"""
            <p class="muted">There is none. A limit holds stages back that name it, in all queues and on all workers together.</p>
            """)}
        <ul class="rows" aria-label="Limits">{limits.Select(limit => Row(limit.Limit, limit.Status))}</ul>
        """;

    private Html Row(QueueSummary queue, IReadOnlyList<PulseSample> samples)
    {
        var id = $"queue-{queue.Name}";
        return Html.Live(
            id,
            $"""
            <li class="row" id="{id}" data-row>
            <div class="row-head"><h3 class="id">{queue.Name}</h3>{Open(queue.Pause is not null)}
            {Html.If(MayAct, $"""
                <span class="acts">{Link(queue.Pause is null ? "pause" : "resume", queue.Name)}{Link("bound", queue.Name)}</span>
                """)}</div>
            <dl class="figures">
            <div><dd>{queue.Waiting.ToString("N0", CultureInfo.InvariantCulture)}</dd><dt>waiting</dt></div>
            <div><dd>{(queue.Oldest is { } oldest ? Draw.Since(oldest) : (Html)$"–")}</dd><dt>oldest task</dt></div>
            <div><dd>{queue.Workers}</dd><dt>workers</dt></div>
            <div><dd>{queue.Most.ToString("N0", CultureInfo.InvariantCulture)}</dd><dt>bound</dt></div>
            <div class="spark"><dd>{Chart.Spark(samples.Select(sample => (double)sample.WaitingIn(queue.Name)))}</dd><dt>waiting, last hours</dt></div>
            </dl>
            {Html.If(queue.Pause is not null, $"""<p class="says waits">{Sentence(queue.Pause)}</p>""")}
            </li>
            """);
    }

    private static Html Open(bool isPaused) => isPaused
        ? (Html)$"""<span class="badge paused">{Draw.Icon("paused")}paused</span>"""
        : $"""<span class="badge completed">{Draw.Icon("completed")}open</span>""";

    private static string Sentence(QueuePause? pause) => pause is null ? "" : $"The {pause}.";

    private static Html Link(string act, string queue) =>
        $"""
            <a class="button small" data-act href="/queues/{act}?name={Uri.EscapeDataString(queue)}" aria-label="{QueueActs.TitleOf(act)} {queue}">
            {QueueActs.TitleOf(act)}</a>
            """;

    private Html Row(LimitDefinition limit, LimitStatus status)
    {
        var id = $"limit-{limit.Name}";
        return Html.Live(
            id,
            $"""
            <li class="row" id="{id}" data-row>
            <div class="row-head"><h3 class="id">{limit.Name}</h3><span class="muted">{limit}</span>
            {Html.If(MayAct, $"""<span class="acts">{Link("limit", limit.Name)}{Link("unlimit", limit.Name)}</span>""")}</div>
            <dl class="figures">
            <div><dd>{status.Used}{(limit.MaxConcurrent is { } most ? $" of {most}" : "")}</dd><dt>taken</dt></div>
            <div><dd>{status.Waiting}</dd><dt>queues wait</dt></div>
            {Html.If(status.NextAt is not null, $"<div><dd>{Draw.Until(status.NextAt ?? default)}</dd><dt>next start</dt></div>")}
            </dl>
            {Html.If(status.RestsUntil is not null, $"""
                <p class="says waits">It rests for {Draw.Until(status.RestsUntil ?? default)}: {status.RestReason}</p>
                """)}
            <ul class="plain">{status.Holders.Take(MaxHolders).Select(Holder)}</ul>
            {Html.If(status.Holders.Length > MaxHolders, $"""<p class="muted">and {status.Holders.Length - MaxHolders} more</p>""")}
            </li>
            """);
    }

    private static Html Holder(SlotUse use) =>
        $"""
        <li><a class="id" href="/tasks/{use.Task}">{use.Task}</a> {use.Stage} on <span class="worker">{use.Worker}</span>
        {Html.If(use.Weight > 1, $" takes {use.Weight}")}</li>
        """;
}
