using VideoGen.Client.Display;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>The stages of a task, each with how far it is, who does it, and what it waits for.</summary>
internal static class StageMarkup
{
    public static Html Of(TaskPicture picture) => Draw.Panel(
        "stages",
        "Stages",
        picture.State.Stages.Count == 0
            ? (Html)$"""<p class="muted">This task has no stage yet.</p>"""
            : $"""<ul class="stages">{StageTree.Of(picture.State).Select(branch => Branch(branch, picture))}</ul>""");

    private static Html Branch(StageTree branch, TaskPicture picture)
    {
        var stage = branch.Stage;
        return $"""
            <li class="stage {stage.Status.ToWireName()}">
            {Line(stage, StageTitles.Of(stage.Name), picture)}
            {Html.If(branch.IsGroup, Members(branch, picture))}
            </li>
            """;
    }

    private static Html Members(StageTree branch, TaskPicture picture) => branch.Members.IsEmpty
        ? (Html)$"""<p class="says">no scenes yet</p>"""
        : $"""
          <details class="members"{Html.Flag("open", branch.Stage.Status is RunStatus.Running or RunStatus.Failed)}>
          <summary><span class="unseen">{StageTitles.Of(branch.Stage.Name)}: </span>{branch.MembersDone} of {branch.Members.Length}</summary>
          <ul>{branch.Members.Select(member => (Html)$"""
              <li class="stage {member.Status.ToWireName()}">{Line(member, StageTitles.OfMember(member.Name), picture)}</li>
              """)}</ul>
          </details>
          """;

    private static Html Line(StageState stage, string title, TaskPicture picture)
    {
        var id = $"stage-{stage.Name}";
        return Html.Live(
            id,
            $"""
            <div class="one" id="{id}">
            <div class="line">
            <span class="name" title="{stage.Name}">{Draw.Icon(stage.Skipped is null ? stage.Status.ToWireName() : "skipped")}<span>{title}</span>
            {Html.If(stage.Attempt > 1, $"""<span class="attempt">attempt {stage.Attempt}</span>""")}</span>
            {Draw.Bar(stage.Progress, stage.Status, $"Progress of {stage.Name}")}
            <span class="percent">{(stage.Status == RunStatus.Pending ? "–" : $"{Percent.Of(stage.Progress)} %")}</span>
            <span class="took">{Took(stage)}</span>
            <span class="unseen">{stage.Status.ToWireName()}</span>
            </div>
            {Says(stage, picture)}
            </div>
            """);
    }

    private static Html Says(StageState stage, TaskPicture picture)
    {
        var wait = stage.Status == RunStatus.Pending ? picture.Waits.GetValueOrDefault(stage.Name) : null;
        var error = stage.Error is { } text && wait?.Contains(text, StringComparison.Ordinal) != true ? text : null;
        return $"""
            {Html.If(error is not null, $"""<p class="says error">{error}</p>""")}
            {Html.If(stage.Skipped is not null, $"""<p class="says">skipped: {stage.Skipped}</p>""")}
            {Html.If(error is null && stage is { Status: RunStatus.Running, Message: not null } && (stage.Lease is not null || stage.Plan is null),
                $"""<p class="says">{stage.Message}</p>""")}
            {(stage.Lease is { } lease ? Lease(lease) : default)}
            {Html.If(wait is not null, $"""<p class="says waits">{wait}</p>""")}
            {Html.If(picture.MayAct, $"{Acts(stage, picture)}")}
            """;
    }

    /// <summary>A worker is heard when it reports, which gives the lease its whole length again.</summary>
    private static Html Lease(StageLease lease) =>
        $"""
        <p class="says lease"><span class="worker" title="{lease.Worker.Name}">
        {lease.Worker.Name}</span> <span>lease ends in {Draw.Until(lease.ExpiresAt)}</span>
        {(lease.Duration is { } length ? $" · heard {Draw.Moment(lease.ExpiresAt - length)}" : default(Html))}</p>
        """;

    private static IEnumerable<Html> Acts(StageState stage, TaskPicture picture)
    {
        var task = picture.State.TaskId;
        var back = $"/tasks/{task}";
        if (stage.Status == RunStatus.Failed && stage.Plan is not null)
        {
            yield return TaskAct.Link(TaskAct.Retry, task, back, stage.Name);
        }

        if (stage.NotBefore > picture.Now && !picture.State.Status.IsFinished())
        {
            yield return TaskAct.Link(TaskAct.StartNow, task, back, stage.Name);
        }

        if (!picture.State.Status.IsFinished() && stage is { Status: RunStatus.Failed or RunStatus.Pending, Plan.Critical: false, Error: not null })
        {
            yield return TaskAct.Link(TaskAct.Skip, task, back, stage.Name);
        }
    }

    private static Html Took(StageState stage) => stage switch
    {
        { StartedAt: { } started, CompletedAt: { } completed } => $"""
            <span title="{(stage.CompletedBy is { } by ? $"completed by {by}" : "")}">{Wording.Exact(completed - started)}</span>
            """,
        { StartedAt: { } started, Status: RunStatus.Running } => Draw.Since(started),
        _ => default,
    };
}
