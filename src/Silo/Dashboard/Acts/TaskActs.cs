using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Acts;

/// <summary>What people do with one task: a form for each act, and what it sends.</summary>
internal static class TaskActs
{
    public static void MapTaskActs(this IEndpointRouteBuilder routes)
    {
        var acts = routes.MapGroup("/tasks/{id}/acts/{act}").Needs(Role.Operator).ExcludeFromDescription();
        acts.MapGet("", AskAsync).AnswerHead();
        acts.MapPost("", DoAsync).DisableAntiforgery();
    }

    private static async Task<IResult> AskAsync(string id, string act, string? back, string[]? stage, HttpContext context, ActDesk desk, PipelineClient tasks)
    {
        var (chosen, state, missing) = await FindAsync(id, act, context, tasks);
        return missing ?? Form(context, chosen!, state!, stage, desk.SettingOf(context, back ?? $"/tasks/{id}"));
    }

    private static async Task<IResult> DoAsync(string id, string act, HttpContext context, ActDesk desk, PipelineClient tasks)
    {
        var invalid = await desk.CheckAsync(context);
        var (chosen, state, missing) = await FindAsync(id, act, context, tasks);
        if (missing is not null)
        {
            return missing;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        AuditTrail.Note(context, TaskAct.ReasonOf(form));
        var back = form["back"].ToString();
        if (invalid is not null || chosen!.ToCommand(form, out invalid) is not { } command)
        {
            return Form(context, chosen!, state!, form["stage"], desk.SettingOf(context, back, invalid));
        }

        var reply = await tasks.ExecuteAsync(state!.TaskId, command with { Origin = AuditTrail.OriginOf(context) }, context.RequestAborted);
        if (reply.IsRefused)
        {
            return Form(context, chosen, state, form["stage"], desk.SettingOf(context, back, reply.Message));
        }

        var said = reply.Outcome == CommandOutcome.Unchanged ? $"Task {id}: {reply.Message}" : $"Task {id} {chosen.Done}.";
        return ActDesk.Return(context, command is DeleteTask && back.StartsWith($"/tasks/{id}", StringComparison.Ordinal) ? "/" : back, said);
    }

    private static async Task<(TaskAct? Act, TaskState? State, IResult? Missing)> FindAsync(string id, string act, HttpContext context, PipelineClient tasks)
    {
        if (TaskAct.Find(act) is not { } chosen)
        {
            return (null, null, Missing(context, "There is no such act", $"Nobody can '{act}' a task."));
        }

        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return (null, null, Missing(context, "No such task", problem!));
        }

        return await tasks.ReadAsync(task, context.RequestAborted) is { } snapshot
            ? (chosen, snapshot.ToState(), null)
            : (null, null, Missing(context, "No such task", $"There is no task {id}."));
    }

    private static IResult Form(HttpContext context, TaskAct act, TaskState state, IEnumerable<string?>? stages, ActForm.Setting setting)
    {
        var chosen = (stages ?? []).Select(text => StageName.TryParse(text ?? "", out var name, out _) ? name : default)
            .Where(name => name.Value is not null && state.Stages.Contains(name)).ToHashSet();
        return ActDesk.Page(context, $"{act.Title} {state.TaskId}", ActForm.OfTask(act, state, chosen, setting), setting.Status);
    }

    private static IResult Missing(HttpContext context, string heading, string why) =>
        ActDesk.Page(
            context,
            heading,
            $"""
                <section id="act" class="act"><h1>{heading}</h1><p>{why}</p><p class="buttons"><a class="button" data-close href="/"
                autofocus>All tasks</a></p></section>
                """,
            StatusCodes.Status404NotFound);
}
