using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>The page of the webhooks: who is told of what, and whether they take it. Their secrets are not on it, nor those in their addresses.</summary>
internal sealed record WebhooksView : LiveView
{
    public const string Place = "/webhooks";

    public const string PlaceOfNew = $"{Place}/create";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public override ILiveSource Open(IServiceProvider services)
    {
        var webhooks = services.GetRequiredService<IGrainFactory>().GetGrain<IWebhooksGrain>(0);
        return new PolledSource(
            "Notices",
            Every,
            services.GetRequiredService<TimeProvider>(),
            async _ => Of([.. (await webhooks.ReadAsync()).All.OrderBy(webhook => webhook.Name, StringComparer.Ordinal)]),
            $"""<a class="button small" data-act href="{PlaceOfNew}">New webhook</a>""");
    }

    private static Html Of(List<Webhook> webhooks)
    {
        var (failing, disabled) = (webhooks.Count(IsFailing), webhooks.Count(webhook => webhook.DisabledAt is not null));
        return $"""
            {Html.If(webhooks.Count > 0, Html.Live("sums", $"""
                <ul class="sums" id="sums"><li><b>{webhooks.Count}</b> {(webhooks.Count == 1 ? "webhook" : "webhooks")}</li>
                {Html.If(failing > 0, $"<li><b>{failing}</b> failing</li>")}{Html.If(disabled > 0, $"<li><b>{disabled}</b> disabled</li>")}</ul>
                """))}
            {Html.If(webhooks.Count == 0, Nobody)}
            <ul class="rows" aria-label="Webhooks">{webhooks.Select(Row)}</ul>
            {Html.If(webhooks.Count > 0, $"""
                <p class="muted same">Silos note half a minute later what was told. A test is not noted.</p>
                """)}
            """;
    }

    private static Html Nobody =>
        $"""
        <section class="empty"><p>Nobody is told of anything yet.</p>
        <p class="muted">A webhook tells another program by HTTP when a task or a stage has another status:<br>
        that a video is finished and can be published, or that a stage failed and somebody should look.</p>
        <p><a data-act href="{PlaceOfNew}">Make the first webhook</a>, or in a terminal: <code>videogen webhook create NAME URL</code></p></section>
        """;

    private static bool IsFailing(Webhook webhook) => webhook is { DisabledAt: null, LastFailedAt: { } failed } && !(webhook.LastToldAt > failed);

    private static Html Row(Webhook webhook)
    {
        var id = $"webhook-{Patch.MarkOf(webhook.Id)}";
        return Html.Live(
            id,
            $"""
            <li class="row" id="{id}" data-row>
            <div class="row-head"><h2 class="id">{webhook.Name}</h2>{State(webhook)}
            <span class="acts">{WebhookAct.Of(webhook).Select(act => act.Link(webhook.Name))}</span></div>
            <dl class="facts wide">
            <dt>Address</dt><dd><code>{ShownAddress.Of(webhook.Url)}</code></dd>
            <dt>Made</dt><dd>{Draw.Moment(webhook.CreatedAt)}</dd>
            <dt>Told of</dt><dd>{(webhook.Events is { } events ? (Html)$"{events.Select(Label)}" : $"everything")}</dd>
            <dt>Tasks</dt><dd>{(webhook.Labels is { IsEmpty: false } labels
                ? (Html)$"{labels.Select(label => Label($"{label.Key}={label.Value}"))}" : $"all")}</dd>
            <dt>Last told</dt><dd>{Draw.Moment(webhook.LastToldAt)}</dd>
            <dt>Last failure</dt><dd>{Draw.Moment(webhook.LastFailedAt)}</dd>
            </dl>
            {Trouble(webhook)}
            </li>
            """);
    }

    private static Html Label(string text) => $"""<span class="label">{text}</span> """;

    private static Html State(Webhook webhook)
    {
        var (tone, icon, text) = webhook.DisabledAt is not null ? ("failed", "cancelled", "disabled")
            : IsFailing(webhook) ? ("paused", "failed", "failing")
            : webhook.LastToldAt is not null ? ("completed", "completed", "told")
            : ("pending", "pending", "never told");
        return $"""<span class="badge {tone}">{Draw.Icon(icon)}{text}</span>""";
    }

    private static Html Trouble(Webhook webhook)
    {
        var words = webhook.LastFailure is { } failure ? SecretText.Mask(failure) : "";
        return webhook.DisabledAt is { } disabled
            ? (Html)$"""
                <p class="says error">{words} It was disabled {Draw.Moment(disabled)}, and nothing is sent to it. Enable it when it is there again, and
                replay what it did not take; else delete it.</p>
                """
            : IsFailing(webhook)
                ? $"""
                    <p class="says waits">{words} It is tried again by itself, for about a day. What is given up then is kept for a replay.</p>
                    """
                : Html.If(words.Length > 0, $"""<p class="says">The last failure was: {words}</p>""");
    }
}
