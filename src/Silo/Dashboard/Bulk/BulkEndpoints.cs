using System.Collections.Immutable;
using Microsoft.AspNetCore.WebUtilities;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Board;
using VideoGen.Silo.Dashboard.Markup;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.Bulk;

/// <summary>What people do with many tasks: those that they chose, or all that a filter of the list finds. How many they are is said first.</summary>
internal static class BulkEndpoints
{
    private const int MaxNamed = 5;

    public static void MapBulkActs(this IEndpointRouteBuilder routes)
    {
        var acts = routes.MapGroup("/acts/{act}").Needs(Role.Operator).ExcludeFromDescription();
        acts.MapGet("", AskAsync).AnswerHead();
        acts.MapPost("", DoAsync).DisableAntiforgery();
    }

    private static async Task<IResult> AskAsync(string act, HttpContext context, ActDesk desk, ITaskIndex index)
    {
        var query = context.Request.Query;
        var choice = await ChooseAsync(query["task"], query["view"], context, index);
        return Form(context, act, choice, query["view"], desk.SettingOf(context, query["back"], choice.Problem));
    }

    private static async Task<IResult> DoAsync(string act, HttpContext context, ActDesk desk, ITaskIndex index, BulkActs bulk)
    {
        var problem = await desk.CheckAsync(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        AuditTrail.Note(context, TaskAct.ReasonOf(form));
        var choice = await ChooseAsync(form["task"], form["view"], context, index);
        problem ??= choice.Problem ?? (form["count"] == $"{choice.Tasks.Length}"
            ? null
            : $"There are {choice.Tasks.Length} tasks now, not {form["count"]}. Nothing was done; look again.");
        if (TaskAct.Find(act) is { InBulk: true } chosen && problem is null && chosen.ToCommand(form, out problem) is not null)
        {
            var origin = AuditTrail.OriginOf(context);
            var id = bulk.Begin(
                chosen.Title, TaskAct.ReasonOf(form), context.GetCaller().Name, choice.Tasks, () => chosen.ToCommand(form, out _)! with { Origin = origin });
            return ActDesk.Return(context, $"/bulk/{id}", $"{chosen.Title}: {Count(choice.Tasks.Length)} are asked one after the other.");
        }

        return Form(context, act, choice, form["view"], desk.SettingOf(context, form["back"], problem));
    }

    /// <summary>The tasks that were chosen; without any, all that the filter finds.</summary>
    private static async Task<(ImmutableArray<TaskId> Tasks, bool IsAll, string? Problem)> ChooseAsync(
        IEnumerable<string?> chosen, string? view, HttpContext context, ITaskIndex index)
    {
        var caller = context.GetCaller();
        var ids = chosen.Select(text => TaskId.TryParse(text, out var id, out _) ? id : default).Where(id => id.Value is not null).Distinct().ToList();
        if (ids.Count > 0)
        {
            return ids.Count > BulkActs.MaxTasks ? ([], false, TooMany) : ([.. ids], false, null);
        }

        var board = BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery(view)), caller);
        if (board.Problem is { } problem)
        {
            return ([], true, problem);
        }

        var found = ImmutableArray.CreateBuilder<TaskId>();
        var query = board.ToQuery() with { After = null, PageSize = TaskQuery.MaxPageSize };
        do
        {
            var page = await index.QueryAsync(query, context.RequestAborted);
            found.AddRange(page.Tasks.Where(task => caller.Sees(task.Labels)).Select(task => task.TaskId));
            query = query with { After = page.Next };
        }
        while (query.After is not null && found.Count <= BulkActs.MaxTasks);

        return found.Count > BulkActs.MaxTasks ? ([], true, TooMany) : (found.ToImmutable(), true, found.Count == 0 ? "The filter finds no task." : null);
    }

    private static string TooMany => $"That are more than {BulkActs.MaxTasks} tasks. Narrow the filter.";

    private static string Count(int count) => count == 1 ? "1 task" : $"{count} tasks";

    private static IResult Form(
        HttpContext context, string name, (ImmutableArray<TaskId> Tasks, bool IsAll, string? Problem) choice, string? view, ActForm.Setting setting)
    {
        if (TaskAct.Find(name) is not { InBulk: true } act)
        {
            return ActDesk.Page(context, "No such act", $"""
                <section id="act" class="act"><h1>There is no such act</h1><p><a data-close href="/">All tasks</a></p></section>
                """, StatusCodes.Status404NotFound);
        }

        var (tasks, isAll, _) = choice;
        var title = $"{act.Title} {Count(tasks.Length)}";
        var id = tasks.Length == 1 ? tasks[0].Value : "ID";
        var more = tasks.Length > MaxNamed ? $" and {tasks.Length - MaxNamed} more" : "";
        return ActDesk.Page(
            context,
            title,
            ActForm.Of(
                title,
                $"/acts/{act.Name}",
                $"""
                <p>{act.Explanation}</p>
                <p class="names">{(isAll ? "All that the filter finds: " : "")}{string.Join(", ", tasks.Take(MaxNamed))}{more}</p>
                """,
                $"""
                {ActForm.Id(id)}
                {Html.If(!isAll, $"{tasks.Select(task => (Html)$"""<input type="hidden" name="task" value="{task}">""")}")}
                <input type="hidden" name="view" value="{view}"><input type="hidden" name="count" value="{tasks.Length}">
                {Html.If(act.Name == "priority", ActForm.Number(0))}
                {Html.If(act.AsksWhy, ActForm.Reason)}
                """,
                ActForm.CommandLineOf(act.Line, new Dictionary<string, string[]> { ["id"] = [id] }),
                title,
                act.Destroys,
                setting),
            setting.Status);
    }
}
