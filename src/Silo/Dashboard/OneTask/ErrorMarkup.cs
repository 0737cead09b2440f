using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>What went wrong, by cause, and what to do about it.</summary>
internal static class ErrorMarkup
{
    private const int MaxNamed = 6;

    public static Html Of(TaskPicture picture)
    {
        var groups = ErrorGroups.Of(picture.State);
        var former = picture.State.Errors[..^picture.State.PresentErrors.Length];
        if (groups.IsEmpty && former.IsEmpty)
        {
            return $"""<div id="errors" hidden></div>""";
        }

        var open = groups.Count(group => !group.IsOver);
        return Draw.Panel(
            "errors",
            open > 0 ? "Errors" : "Errors that are over",
            $"""
            {groups.Select(group => Group(group, picture))}
            {Html.If(!former.IsEmpty, $"""
                <details><summary>Before the retry <span class="muted">{former.Length}</span></summary><ul class="messages">
                {former.Reverse().Select(error => (Html)$"<li>{StageTitles.InMessage(error, picture.State.Stages)}</li>")}</ul></details>
                """)}
            """,
            open > 0 ? "error" : "over",
            $"""<span class="muted">{groups.Length}</span>""");
    }

    private static Html Group(ErrorGroup group, TaskPicture picture) =>
        $"""
        <article class="cause{(group.IsOver ? " over" : "")}">
        <p class="what">{group.Message}</p>
        <p class="muted">{Names(group)}{Html.If(group.Attempts > 1, $" · {group.Attempts} attempts")}{Html.If(group.LastAt is not null,
            $" · {Draw.Moment(group.LastAt)}")}</p>
        {Html.If(group.Advice.Length > 0, $"<p>{group.Advice}</p>")}
        {Html.If(picture.MayAct && !group.IsOver && !group.Stages.IsEmpty, Retry(group, picture))}
        </article>
        """;

    private static Html Retry(ErrorGroup group, TaskPicture picture)
    {
        var task = picture.State.TaskId;
        var stages = string.Concat(Failed(group, picture).Select(stage => $"&stage={Uri.EscapeDataString(stage.Value)}"));
        var address = $"/tasks/{task}/acts/retry?back={Uri.EscapeDataString($"/tasks/{task}")}{stages}";
        return $"""<p><a class="button small" data-act href="{address}">Retry {(group.Stages.Length == 1 ? "it" : "these")}</a></p>""";
    }

    private static IEnumerable<StageName> Failed(ErrorGroup group, TaskPicture picture) =>
        group.Stages.Where(stage => picture.State.Stages.TryGet(stage, out var one) && one.Status == Tasks.State.RunStatus.Failed);

    private static string Names(ErrorGroup group) => group.Stages.IsEmpty
        ? "the task"
        : string.Join(", ", group.Stages.Take(MaxNamed).Select(StageTitles.InText))
            + (group.Stages.Length > MaxNamed ? $" and {group.Stages.Length - MaxNamed} more" : "");
}
