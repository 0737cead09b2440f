using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen get ID</c>: one task as the list has it, or as it is stored.</summary>
internal static class GetCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var command = new Command("get", "Get a task in one line; with -o json as it is stored. 'describe' tells more.")
        {
            CommonOptions.Id, OutputOption.All, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, form) = (CommonOptions.ReadId(parsed), OutputOption.Read(parsed));
            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            var snapshot = await tasks.ReadAsync(id, cancellationToken) ?? throw CommandFailedException.NotFound(id);
            if (form == OutputForm.Json)
            {
                var waits = await tasks.ExplainAsync(id, cancellationToken);
                Terminal.WriteJson(console, writer => TaskView.Write(writer, snapshot, waits));
            }
            else
            {
                ListCommand.Show(console, new TaskPage([SummaryOf(snapshot.ToState())], null), form);
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>When it was last written is not in the state: the last that is known to have happened to it stands for that.</summary>
    private static TaskSummary SummaryOf(TaskState state) =>
        TaskSummaries.Of(state, state.CompletedAt ?? state.StartedAt ?? state.CreatedAt);
}
