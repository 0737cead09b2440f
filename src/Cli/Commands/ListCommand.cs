using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen list</c>: the newest tasks, in the order of their creation.</summary>
internal static class ListCommand
{
    private static readonly string[] Statuses = [.. Enum.GetValues<RunStatus>().Select(status => status.ToWireName())];

    public static Command Create(IAnsiConsole console)
    {
        var status = new Option<string[]>("--status")
        {
            Description = $"Only tasks in this status ({string.Join(", ", Statuses)}); may be given more than once.",
            HelpName = "STATUS",
        };
        status.AcceptOnlyFromAmong(Statuses);
        var label = new Option<string[]>("--label")
        {
            Description = "Only tasks with this label; may be given more than once, and a task has all of them.",
            HelpName = "KEY=VALUE",
        };
        var error = new Option<string?>("--error")
        {
            Description = "Only tasks with this text in their errors since the last retry; small and capital letters are the same.",
            HelpName = "TEXT",
        };
        var since = Moment.CreateOption("--since", "Only tasks created then or later.");
        var until = Moment.CreateOption("--until", "Only tasks created before then.");
        var updatedSince = Moment.CreateOption("--updated-since", "Only tasks last written then or later.");
        var updatedUntil = Moment.CreateOption("--updated-until", "Only tasks last written before then.");
        var sort = new Option<string>("--sort") { Description = "What to sort by.", HelpName = "WHAT", DefaultValueFactory = _ => TaskSorts.Names[0] };
        sort.AcceptOnlyFromAmong([.. TaskSorts.Names]);
        var order = new Option<string>("--order")
        {
            Description = "desc has the newest, or the highest priority, first; asc the other way round.",
            HelpName = "ORDER",
            DefaultValueFactory = _ => "desc",
        };
        order.AcceptOnlyFromAmong("asc", "desc");
        var prefix = new Option<string?>("--prefix") { Description = "Only tasks whose id begins so.", HelpName = "TEXT" };
        var limit = new Option<int>("--limit") { Description = "Tasks at most.", HelpName = "N", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result => Bounds.Check(result, 1, TaskQuery.MaxPageSize));
        var after = new Option<string?>("--after")
        {
            Description = "Go on where a list of the same conditions and order ended: its last line, or 'next' in its JSON.",
            HelpName = "TOKEN",
        };
        var command = new Command("list", "List tasks, the newest first.")
        {
            status, label, prefix, error, since, until, updatedSince, updatedUntil, sort, order, limit, after,
            OutputOption.All, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var query = new TaskQuery
            {
                Statuses = [.. (parsed.GetValue(status) ?? []).Select(Parse)],
                Labels = [.. (parsed.GetValue(label) ?? []).Select(CommonOptions.ParseLabel)],
                IdPrefix = parsed.GetValue(prefix),
                Error = parsed.GetValue(error),
                CreatedAfter = parsed.GetValue(since),
                CreatedBefore = parsed.GetValue(until),
                UpdatedAfter = parsed.GetValue(updatedSince),
                UpdatedBefore = parsed.GetValue(updatedUntil),
                Sort = TaskSorts.TryParseWireName(parsed.GetValue(sort), out var by) ? by : TaskSort.Created,
                Ascending = parsed.GetValue(order) == "asc",
                PageSize = parsed.GetValue(limit),
                After = parsed.GetValue(after),
            };
            var form = OutputOption.Read(parsed);
            if (query.FindProblem() is { } problem)
            {
                throw new CommandFailedException(ExitCode.BadInput, problem);
            }

            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            Show(console, await tasks.ListAsync(query, cancellationToken), form);
            return ExitCode.Success;
        });
        return command;
    }

    internal static void Show(IAnsiConsole console, TaskPage page, OutputForm form)
    {
        switch (form)
        {
            case OutputForm.Json:
                Terminal.WriteJson(console, writer => TaskListView.Write(writer, page));
                break;
            case OutputForm.Name:
                Terminal.WriteNames(console, page.Tasks.Select(task => task.TaskId.Value));
                break;
            case OutputForm.Wide:
                TaskListView.ShowWide(console, page, TimeProvider.System.GetUtcNow());
                break;
            default:
                TaskListView.Show(console, page, TimeProvider.System.GetUtcNow(), Terminal.WidthOf(console));
                break;
        }
    }

    private static RunStatus Parse(string text) => RunStatusExtensions.TryParseWireName(text, out var status) ? status : throw new JsonException(text);
}
