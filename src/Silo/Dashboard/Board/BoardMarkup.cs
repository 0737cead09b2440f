using System.Globalization;
using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Board;

/// <summary>The page of the list.</summary>
internal static class BoardMarkup
{
    private const int MaxLabels = 3;

    private const int DayLength = 10;

    public static Html Of(BoardView view, TaskPage page, TaskCounts counts, string? problem) =>
        $"""
        <h1 class="unseen">Tasks</h1>
        <nav class="counts" aria-label="By status">{BoardFilter.Every.Select(filter => Count(filter, view, counts))}</nav>
        {Conditions(view)}
        {Html.Live("trouble", $"""<div id="trouble">{Draw.Problem(problem)}{Unreadable(page)}</div>""")}
        {(page.Tasks.IsEmpty ? Empty(view) : List(view, page, counts))}
        {Pages(view, page)}
        """;

    private static Html Count(BoardFilter filter, BoardView view, TaskCounts counts)
    {
        var id = $"count-{filter.Name}";
        var count = filter.Count(counts);
        return Html.Live(
            id,
            $"""
            <a id="{id}" class="count {filter.Name}{(count == 0 ? " none" : "")}"
            href="{(view with { Filter = filter, After = null }).ToAddress()}"{Html.Attribute("aria-current", filter == view.Filter ? "true" : null)}>
            <span class="number">{count.ToString("N0", CultureInfo.InvariantCulture)}</span> <span class="name">{filter.Title}</span></a>
            """);
    }

    private static Html Conditions(BoardView view) =>
        $"""
        <form id="filter" class="tools" method="get" action="/" role="search" aria-label="Which tasks to show">
        {Html.If(view.Filter != BoardFilter.All, $"""<input type="hidden" name="show" value="{view.Filter.Name}">""")}
        <label class="field wide"><span>Task id</span><input type="search" name="id" placeholder="begins with …" maxlength="{TaskId.MaxLength}"
        autocomplete="off" spellcheck="false" value="{view.IdPrefix}"></label>
        <label class="field"><span>Pipeline</span><input name="pipeline" placeholder="any" autocomplete="off" spellcheck="false"
        value="{view.Pipeline}"></label>
        <label class="field"><span>Sort by</span><select name="sort">
        {TaskSorts.Names.Select((name, i) => Choice(i == 0 ? "" : name, name, view.Sort.ToWireName() == name))}</select></label>
        <label class="field"><span>Order</span><select name="order">{Choice("", "new or high first", !view.Ascending)}{Choice(
            "asc", "old or low first", view.Ascending)}</select></label>
        {view.Labels.Append("").Select((label, i) => (Html)$"""
            <label class="field"><span>{(i == 0 ? "Label" : "Also with")}</span><input name="label" placeholder="key:value" autocomplete="off"
            spellcheck="false" value="{label}"></label>
            """)}
        <label class="field"><span>Error</span><input name="error" placeholder="has the text …" maxlength="{TaskQuery.MaxErrorLength}"
        autocomplete="off" value="{view.Error}"></label>
        {Day("created_after", "Created from", view.CreatedAfter)}{Day("created_before", "Created before", view.CreatedBefore)}
        {Day("updated_after", "Written from", view.UpdatedAfter)}{Day("updated_before", "Written before", view.UpdatedBefore)}
        <button class="button">Show</button>
        {Html.If(!view.IsEverything, $"""<a class="button plain" href="/">Clear</a>""")}
        </form>
        """;

    /// <summary>A day in UTC; what is a time stays as it was written.</summary>
    private static Html Day(string name, string title, string? value) =>
        $"""
        <label class="field"><span>{title}</span><input type="{(value is null || value.Length == DayLength ? "date" : "text")}" name="{name}"
        value="{value}"></label>
        """;

    /// <summary>What is usual has no value, so that it does not stand in the address.</summary>
    private static Html Choice(string value, string title, bool isChosen) =>
        $"""<option value="{value}"{Html.Attribute("selected", isChosen ? "" : null)}>{title}</option>""";

    private static Html Unreadable(TaskPage page) =>
        UnreadableTasks.Of(page) is { } unreadable ? $"""<p class="problem">{unreadable}.</p>""" : default(Html);

    private static Html Empty(BoardView view) =>
        $"""
        <section class="empty">
        <p>{(view.HasConditions ? "No task is like that." : view.Filter.Emptiness)}</p>
        {Html.If(view.IsEverything, $"""<p class="muted">Make a video: <code>videogen run your-document.md</code></p>""")}
        </section>
        """;

    private static Html List(BoardView view, TaskPage page, TaskCounts counts) =>
        $"""
        <form id="picks" method="get" action="/acts/cancel">
        {Html.If(view.MayAct, $"""
            <div class="bulk" role="group" aria-label="Acts on chosen tasks">
            <label class="every"><input type="checkbox" id="every"><span>All on this page</span></label>
            {Html.Live("found", $"""<span id="found" class="all">none chosen: all {view.Filter.Count(counts)} that are found</span>""")}<output
            id="chosen"></output>
            <span class="acts">{TaskAct.Every.Where(act => act.InBulk).Select(act => (Html)$"""
                <button class="button small" formaction="/acts/{act.Name}">{act.Title}</button>
                """)}</span>
            <input type="hidden" name="view" value="{(view with { After = null }).ToParameters()}">
            <input type="hidden" name="back" value="{view.ToAddress()}">
            </div>
            """)}
        {Html.Live("tasks", $"""<ul class="tasks" id="tasks" aria-label="Tasks, {OrderOf(view)}">{page.Tasks.Select(task => Row(view, task))}</ul>""")}
        </form>
        """;

    private static Html Row(BoardView view, TaskSummary task)
    {
        var id = $"row-{task.TaskId}";
        return Html.Live(
            id,
            $"""
            <li class="task" id="{id}" data-row>
            {Html.If(view.MayAct, $"""<input type="checkbox" name="task" value="{task.TaskId}" aria-label="Choose {task.TaskId}">""")}
            <a class="to" href="/tasks/{task.TaskId}"><span class="id">{task.TaskId}</span></a>
            <span class="about">{About(task)}</span>
            <span class="how-far">{Draw.Bar(task.Progress, task.Status, $"Progress of {task.TaskId}")}<span class="percent">
            {Percent.Of(task.Progress)} %</span></span>
            {Draw.Badge(task.Status)}
            <span class="when">{When(view, task)}</span>
            {Html.If(view.MayAct, $"""
                <span class="row-acts">{TaskAct.Of(task.Status).Where(act => act.OnRow).Select(act => TaskAct.Link(act, task.TaskId, view.ToAddress()))}</span>
                """)}
            </li>
            """);
    }

    private static Html About(TaskSummary task) =>
        $"""
        {Html.If(task.CurrentStage is not null && task.Status is RunStatus.Running or RunStatus.Paused,
            $"<span>{StageTitles.Of(task.CurrentStage ?? "")}</span>")}
        {Html.If(task.Pipeline is not null, $"<span>{task.Pipeline}</span>")}
        {Html.If(task.Priority is not (null or 0), $"""<span class="label">priority {task.Priority}</span>""")}
        {task.Labels.Take(MaxLabels).Select(label => (Html)$"""<span class="label">{label.Key}: {label.Value}</span>""")}
        """;

    private static string OrderOf(BoardView view) => (view.Sort, view.Ascending) switch
    {
        (TaskSort.Created, false) => "the newest first",
        (TaskSort.Created, true) => "the oldest first",
        (TaskSort.Updated, false) => "the last written first",
        (TaskSort.Updated, true) => "the longest untouched first",
        (_, false) => "the highest priority first",
        _ => "the lowest priority first",
    };

    private static Html When(BoardView view, TaskSummary task) => view.Sort == TaskSort.Updated ? Draw.Moment(task.UpdatedAt)
        : task is { Status: RunStatus.Running, StartedAt: { } started } ? Draw.Since(started) : Draw.Moment(task.CompletedAt ?? task.CreatedAt);

    private static Html Pages(BoardView view, TaskPage page)
    {
        var (first, next) = view is { Sort: TaskSort.Created, Ascending: false } ? ("Newest", "Older") : ("First", "Next");
        return $"""
            <nav class="pages" aria-label="Pages">
            {Html.If(view.After is not null, $"""<a href="{(view with { After = null }).ToAddress()}">← {first}</a>""")}
            {Html.If(page.Next is not null, $"""<a class="next" href="{(view with { After = page.Next }).ToAddress()}">{next} →</a>""")}
            </nav>
            """;
    }
}
