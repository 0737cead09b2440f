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
        var label = new Option<string?>("--label") { Description = "Only tasks with this label.", HelpName = "KEY=VALUE" };
        var prefix = new Option<string?>("--prefix") { Description = "Only tasks whose id begins so.", HelpName = "TEXT" };
        var limit = new Option<int>("--limit") { Description = "Tasks at most.", HelpName = "N", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result => Bounds.Check(result, 1, TaskQuery.MaxPageSize));
        var after = new Option<string?>("--after")
        {
            Description = "Go on where a list before ended: its last line, or 'next' in its JSON.",
            HelpName = "TOKEN",
        };
        var command = new Command("list", "List tasks, the newest first.")
        {
            status, label, prefix, limit, after,
            OutputOption.All, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var query = new TaskQuery
            {
                Statuses = [.. (parsed.GetValue(status) ?? []).Select(Parse)],
                Label = parsed.GetValue(label) is { } text ? CommonOptions.ParseLabel(text) : null,
                IdPrefix = parsed.GetValue(prefix),
                PageSize = parsed.GetValue(limit),
                After = parsed.GetValue(after),
            };
            var form = OutputOption.Read(parsed);
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
