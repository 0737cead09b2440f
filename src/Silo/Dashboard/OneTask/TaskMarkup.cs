using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Client.Display;
using VideoGen.Silo.Api;
using VideoGen.Silo.Api.Watching;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The page of one task, from what is known of it.</summary>
internal static class TaskMarkup
{
    public static Html Of(TaskPicture picture)
    {
        var state = picture.State;
        var histories = StageHistory.Of(state, picture.Now);
        return $"""
            <nav class="trail" aria-label="Where you are"><a href="/">← All tasks</a></nav>
            {Html.Live("subject", Subject(picture))}
            {Html.Live("video", Player(picture))}
            {Html.Live("graph", GraphMarkup.Of(state))}
            {TimeMarkup.Of(state, histories, picture.Now)}
            <div class="columns">
            {StageMarkup.Of(picture)}
            <div class="side">
            {Html.Live("errors", ErrorMarkup.Of(picture))}
            {Html.Live("warnings", Warnings(state))}
            {Html.Live("artifacts", ArtifactMarkup.Of(state))}
            {Html.Live("log", Log(picture))}
            {Html.Live("history", Acts(picture))}
            {Html.Live("grain", Grain(picture))}
            </div>
            </div>
            """;
    }

    private static Html Subject(TaskPicture picture)
    {
        var state = picture.State;
        return $"""
            <header class="subject" id="subject">
            <div class="named"><h1 class="id">{state.TaskId}</h1>{Draw.Badge(state.Status)}</div>
            {Html.If(picture.MayAct, $"""
                <div class="acts" role="group" aria-label="What can be done">
                {ActsOf(picture).Select(act => TaskAct.Link(act, state.TaskId, $"/tasks/{state.TaskId}"))}</div>
                """)}
            <p class="about">
            {Html.If(state.Pipeline is not null, $"""
                <span>{state.Pipeline?.Name} <span class="muted">version {state.Pipeline?.DefinitionVersion ?? 0}</span></span>
                """)}
            <span>created {Draw.Moment(state.CreatedAt)}</span>
            {Took(state)}
            {Html.If(state.Priority != 0, $"<span>priority {state.Priority}</span>")}
            {(state.Labels ?? TaskState.NoLabels).Select(label => (Html)$"""<span class="label">{label.Key}: {label.Value}</span>""")}
            </p>
            <div class="how-far">{Draw.Bar(state.OverallProgress, state.Status, "Progress of the task", "large")}<span class="percent">
            {Percent.Of(state.OverallProgress)} %</span>{EtaOf(picture)}</div>
            {Draw.Problem(picture.Problem)}
            {Standstill(picture)}
            </header>
            """;
    }

    /// <summary>Without those that have nothing to do now.</summary>
    private static IEnumerable<TaskAct> ActsOf(TaskPicture picture) =>
        TaskAct.Of(picture.State.Status).Where(act => act != TaskAct.StartNow || picture.State.Stages.Any(stage => stage.NotBefore > picture.Now));

    private static Html Took(TaskState state) => state switch
    {
        { StartedAt: { } started, CompletedAt: { } completed } => $"<span>took {Wording.Exact(completed - started)}</span>",
        { StartedAt: { } started } when !state.Status.IsFinished() => $"<span>working for {Draw.Since(started)}</span>",
        _ => default,
    };

    private static Html EtaOf(TaskPicture picture)
    {
        if (Eta.Left(picture.State, picture.Durations, picture.Slots, picture.Now) is not { } left)
        {
            return default;
        }

        // Rounded, so that it does not say another number with every breath.
        var step = left.TotalSeconds switch { < 60 => 5, < 600 => 15, _ => 60 };
        var rounded = TimeSpan.FromSeconds(Math.Max(step, Math.Ceiling(left.TotalSeconds / step) * step));
        return $"""<span class="eta" title="By how long such stages took">about {Wording.Rough(rounded)} left</span>""";
    }

    /// <summary>When nothing is at work, the first reason stands where it is seen.</summary>
    private static Html Standstill(TaskPicture picture) =>
        picture.State.Stages.All(stage => stage.Lease is null) && picture.Standstill is { } why
            ? $"""<p class="waits"><strong>Waits.</strong> {why}</p>"""
            : default(Html);

    private static Html Player(TaskPicture picture)
    {
        if (FinishedVideo.Of(picture.State) is not { } video)
        {
            return picture.HasFilm ? Film(picture.State) : (Html)$"""<div id="video" hidden></div>""";
        }

        return $"""
            <section class="panel player" id="video" aria-label="The finished video">
            <video controls playsinline preload="metadata" src="{video.Source}"{Html.Attribute("poster", video.Picture)}>
            {Html.If(video.Captions is not null, Captions(video.Captions, video.Language))}</video>
            <p class="acts"><a class="button" href="{video.Source}" download="{video.FileName}">Download the video</a>
            {Html.If(video.Captions is not null, $"""<a class="button" href="{video.Captions}" download="{picture.State.TaskId}.vtt">Captions</a>""")}
            {video.Others.Select(other => (Html)$"""<a class="button" href="{other.Source}" target="_blank">{other.Name}</a>""")}</p>
            {Html.If(!picture.Chapters.IsEmpty, $"""
                <details class="chapters"><summary>Chapters <span class="muted">{picture.Chapters.Length}</span></summary><ol>
                {picture.Chapters.Select(chapter => (Html)$"""
                    <li><a data-seek="{chapter.Start}" href="{video.Source}#t={chapter.Start}"><span class="at">
                    {Wording.Exact(TimeSpan.FromSeconds(Math.Floor(chapter.Start)))}</span> {chapter.Title}</a></li>
                    """)}
                </ol></details>
                """)}
            </section>
            """;
    }

    /// <summary>The film while it is made. The markup stays the same as it grows, so that a player is left alone.</summary>
    private static Html Film(TaskState state)
    {
        var address = WatchApi.AddressOf(state.TaskId);
        var captions = Captions(WatchApi.CaptionsOf(state.TaskId), FilmLanguage.Of(state));
        return $"""
            <section class="panel player" id="video" aria-label="The video, while it is made">
            <video controls playsinline preload="metadata" src="{address}">{captions}</video>
            <p class="acts"><a class="button" href="{address}">Watch in a player</a>
            <span class="muted">What is finished can be watched already.</span></p>
            </section>
            """;
    }

    private static Html Captions(string? source, string? language) =>
        $"""<track kind="captions" src="{source}" label="Captions"{Html.Attribute("srclang", language)} default>""";

    private static Html Warnings(TaskState state)
    {
        var former = state.Warnings[..^state.PresentWarnings.Length];
        return state.Warnings.IsEmpty
            ? (Html)$"""<div id="warnings" hidden></div>"""
            : Draw.Panel(
                "warnings",
                "Warnings",
                $"""
                <ul class="messages">{Messages(state.PresentWarnings, state)}</ul>
                {Html.If(!former.IsEmpty, $"""
                    <details><summary>Before the retry <span class="muted">{former.Length}</span></summary><ul class="messages">
                    {Messages(former, state)}</ul></details>
                    """)}
                """,
                "warning",
                $"""<span class="muted">{state.PresentWarnings.Length}</span>""");
    }

    private static IEnumerable<Html> Messages(ImmutableArray<string> messages, TaskState state) =>
        messages.Reverse().Select(message => (Html)$"<li>{StageTitles.InMessage(message, state.Stages)}</li>");

    private static Html Log(TaskPicture picture) => Draw.Panel(
        "log",
        "Log",
        $"""
        <form id="filter" class="find" method="get" action="/tasks/{picture.State.TaskId}" role="search" aria-label="Lines of the log">
        <input type="search" name="log" value="{picture.Find}" placeholder="stage, worker or text" aria-label="Lines with" autocomplete="off"></form>
        {Html.If(picture.Log.IsEmpty, $"""<p class="muted">No line is like that.</p>""")}
        <ol class="log" tabindex="0" aria-label="The newest first">
        {picture.Log.Select(line => (Html)$"""
            <li class="{line.Kind}">{Draw.Moment(line.At)} <span>
            {Html.If(line.Stage is not null, $"<b>{(line.Stage is { } stage ? StageTitles.InText(stage) : "")}</b> ")}{line.Text}</span></li>
            """)}
        </ol>
        """);

    /// <summary>For who may act too: others need not know who steers a task.</summary>
    private static Html Acts(TaskPicture picture) => !picture.MayAct || picture.State.Acts.IsDefault
        ? (Html)$"""<div id="history" hidden></div>"""
        : Draw.Panel(
            "history",
            "Acts",
            $"""
            <ol class="log" tabindex="0" aria-label="What people did, the newest first">
            {picture.State.Acts.Reverse().Select(act => (Html)$"""
                <li>{Draw.Moment(act.At)} <span><b>{act.Act}</b> by {act.By}{Html.If(act.From is not null, $""" <span class="muted">from {act.From}</span>""")}
                {Html.If(act.Reason is not null, $"<q>{act.Reason}</q>")}</span></li>
                """)}
            </ol>
            """);

    private static Html Grain(TaskPicture picture)
    {
        var (state, snapshot) = (picture.State, picture.Snapshot);
        var each = snapshot.Writes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"· {(double)state.Version / snapshot.Writes:0.0} updates each");
        return Draw.Panel(
            "grain",
            "Grain",
            $"""
            <dl class="facts">
            <dt>Version</dt><dd>{state.Version.ToString("N0", CultureInfo.InvariantCulture)}</dd>
            <dt>Writes</dt><dd>{snapshot.Writes.ToString("N0", CultureInfo.InvariantCulture)} <span class="muted">{each}</span></dd>
            <dt>ETag</dt><dd><code>{snapshot.ETag}</code></dd>
            <dt>Document</dt><dd>{Wording.Size(snapshot.Json.Length)}</dd>
            {Html.If(picture.Silo is not null, $"<dt>Silo</dt><dd><code>{picture.Silo}</code></dd>")}
            <dt>Created</dt><dd>{Draw.Exact(state.CreatedAt)}</dd>
            {Html.If(state.StartedAt is not null, $"<dt>Started</dt><dd>{Draw.Exact(state.StartedAt ?? default)}</dd>")}
            {Html.If(state.CompletedAt is not null, $"<dt>Finished</dt><dd>{Draw.Exact(state.CompletedAt ?? default)}</dd>")}
            </dl>
            <p><a href="/tasks/{state.TaskId}/json">The whole state</a></p>
            """);
    }
}
