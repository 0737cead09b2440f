using System.Globalization;
using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Assets;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Parts;

/// <summary>
/// The small pieces that all pages are made of. Times stand as they are; the script of the page tells them as people do, and keeps them going.
/// </summary>
internal static class Draw
{
    /// <summary>Shape and colour both tell the status, and the name beside it does for all others.</summary>
    public static Html Icon(string name) => $"""<svg class="icon" aria-hidden="true"><use href="{DashboardAssets.Link("icons.svg")}#{name}"></use></svg>""";

    public static Html Badge(RunStatus status) => $"""<span class="badge {status.ToWireName()}">{Icon(status.ToWireName())}{status.ToWireName()}</span>""";

    /// <param name="fraction">0 to 1.</param>
    /// <param name="status">Its colour.</param>
    /// <param name="label">Progress of what, for those who do not see the bar.</param>
    /// <param name="size">A class of its own, or null.</param>
    public static Html Bar(double fraction, RunStatus status, string label, string? size = null) =>
        $"""
        <progress class="bar {status.ToWireName()} {size}" max="100" value="{Percent.Of(fraction)}" aria-label="{label}">{Percent.Of(fraction)} %</progress>
        """;

    public static Html Moment(DateTimeOffset? at) => at is { } moment
        ? (Html)$"""<time data-ago datetime="{Iso(moment)}" title="{Exact(moment)}">{Exact(moment)}</time>"""
        : $"""<span class="muted">–</span>""";

    /// <summary>A time that goes on; the script counts it.</summary>
    public static Html Since(DateTimeOffset start) => $"""<time data-since datetime="{Iso(start)}" title="since {Exact(start)}">since {Exact(start)}</time>""";

    /// <summary>A time that runs out; the script counts it down.</summary>
    public static Html Until(DateTimeOffset end) => $"""<time data-until datetime="{Iso(end)}" title="until {Exact(end)}">until {Exact(end)}</time>""";

    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static Html Panel(string id, string title, Html body, string? kind = null, Html aside = default) =>
        $"""
        <section class="panel {kind}" id="{id}" aria-labelledby="{id}-title">
        <div class="panel-head"><h2 id="{id}-title">{title}</h2>{aside}</div>
        {body}
        </section>
        """;

    public static Html Problem(string? text) => text is null ? default : (Html)$"""<p class="problem" role="alert">{text}</p>""";

    /// <summary>A line for the terminal, with a button that copies it.</summary>
    public static Html CommandLine(string line, Html attributes = default) =>
        $"""
        <p class="command"><code{attributes}>{line}</code><button type="button" class="copy" data-copy aria-label="Copy the command line">Copy</button></p>
        """;

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
