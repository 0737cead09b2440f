using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen describe ID</c> and <c>videogen watch ID</c>: one task.</summary>
internal static class DescribeCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var all = new Option<bool>("--all") { Description = "List each member of a group, such as each scene, and not only their sum." };
        var command = new Command("describe", "Describe a task: what went wrong, what it waits for, its stages, who did them.")
        {
            CommonOptions.Id, all, CommonOptions.Json, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.Aliases.Add("show");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            var snapshot = await tasks.ReadAsync(id, cancellationToken) ?? throw CommandFailedException.NotFound(id);
            var waits = await tasks.ExplainAsync(id, cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Terminal.WriteJson(console, writer => TaskView.Write(writer, snapshot, waits));
            }
            else
            {
                TaskView.Show(console, snapshot, waits, TimeProvider.System.GetUtcNow(), Terminal.WidthOf(console), parsed.GetValue(all));
            }

            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateWatch(IAnsiConsole console)
    {
        var command = new Command("watch", "Follow a task until it ends. Ctrl-C ends the watching, not the task.")
        {
            CommonOptions.Id, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            var end = await ProgressViews.For(console, TimeProvider.System).FollowAsync<TaskState?>(async show =>
            {
                TaskState? state = null;
                await foreach (var snapshot in tasks.WatchAsync(id, cancellationToken))
                {
                    state = snapshot.ToState();
                    show(state);
                }

                return state;
            }).OrSayAsync($"Task {id} goes on; only the watching has ended.", cancellationToken);
            if (end is null)
            {
                throw CommandFailedException.NotFound(id);
            }

            Terminal.WriteLine(console, $"Task {id} is {end.Status.ToWireName()}.");
            return end.Status == RunStatus.Completed ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
