using System.Collections.Immutable;
using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Waits;
using static VideoGen.Cli.Commands.OperatedClusters;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen queues</c>, <c>videogen queue</c> and <c>videogen why</c>: what is held back in a cluster, and why.</summary>
internal static class QueueCommands
{
    public static IEnumerable<Command> Create(IAnsiConsole console) =>
        [CreateQueues(console), CreateQueue(console), LimitCommands.Create(console), CreateWhy(console)];

    private static Command CreateQueues(IAnsiConsole console)
    {
        var command = Verb("queues", "List the queues of a cluster: what waits in each, and what keeps it from being done.", OutputOption.All);
        command.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var form = OutputOption.Read(parsed);
            var list = await cluster.ListQueuesAsync(cancellationToken);
            Show(
                console,
                form,
                list.Queues.Select(queue => queue.Name),
                writer => QueueListView.Write(writer, list),
                _ => QueueListView.Show(console, list, TimeProvider.System.GetUtcNow()));
        }, cancellationToken));
        return command;
    }

    private static Command CreateQueue(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The queue." };
        var reason = new Option<string>("--reason") { Description = "Why, for others to read.", HelpName = "TEXT", Required = true };
        var lasts = new Option<string?>("--for") { Description = "Ends by itself after this time, such as 10m.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Ends by itself then, such as 2026-12-01T08:00Z.", HelpName = "TIME" };
        var pause = Verb("pause", "Start nothing of a queue until it is resumed. What is at work goes on.", name, reason, lasts, until);
        pause.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var end = parsed.GetValue(until);
            if (parsed.GetValue(lasts) is { } text)
            {
                end = Duration.TryParse(text, out var time)
                    ? now + time
                    : throw new CommandFailedException(ExitCode.BadInput, $"--for takes a time such as 30s, 10m or 2h; '{text}' is not.");
            }

            var made = await cluster.PauseQueueAsync(parsed.GetValue(name)!, parsed.GetValue(reason)!, end, cancellationToken);
            Terminal.WriteLine(console, $"The {made}.");
        }, cancellationToken));
        var resume = Verb("resume", "Go on with a paused queue.", name);
        resume.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var queue = parsed.GetValue(name)!;
            var was = await cluster.ResumeQueueAsync(queue, cancellationToken);
            Terminal.WriteLine(console, was ? $"Queue {queue} goes on." : $"Queue {queue} is not paused.");
        }, cancellationToken));
        var show = Verb("show", "Show how a queue stands.", name);
        show.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var queue = parsed.GetValue(name)!;
            var standing = await cluster.ReadQueueAsync(queue, cancellationToken);
            Terminal.WriteLine(
                console,
                $"Queue {queue}: {standing.Waiting}{(standing.HasMore ? " and more" : "")} stages wait, {standing.WaitingCalls} calls of workers wait. "
                    + (standing.Pause is { } paused ? $"The {paused}." : "It is open."));
        }, cancellationToken));
        var most = new Option<int?>("--max") { Description = "Stages that may wait before no new tasks are taken.", HelpName = "N" };
        var usual = new Option<bool>("--usual") { Description = "As a queue for which nothing is set." };
        var bound = Verb("bound", "Set how many stages may wait in a queue before it takes no new tasks.", name, most, usual);
        bound.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var (queue, count) = (parsed.GetValue(name)!, parsed.GetValue(most));
            if (count is null != parsed.GetValue(usual))
            {
                throw new CommandFailedException(ExitCode.BadInput, "'queue bound' takes either --max N or --usual.");
            }

            await cluster.BoundQueueAsync(queue, count, cancellationToken);
            Terminal.WriteLine(console, $"Queue {queue} takes new tasks while fewer than {count ?? QueueBacklog.Usual} stages wait in it.");
        }, cancellationToken));
        return new Command("queue", "Pause, resume, bound or look at a queue of a cluster.") { pause, resume, bound, show };
    }

    private static Command CreateWhy(IAnsiConsole console)
    {
        var command = Verb("why", "Say of each stage of a task that waits what it waits for.", CommonOptions.Id);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            if (CommonOptions.ReadServer(parsed) is { } server)
            {
                await using var tasks = new HttpTaskSource(new HttpCluster(server));
                var known = await tasks.ReadAsync(id, cancellationToken) is not null;
                Tell(known ? await tasks.ExplainAsync(id, cancellationToken) : null);
                return ExitCode.Success;
            }

            await using var cluster = await RemoteCluster.ConnectAsync(CommonOptions.RequireCluster(parsed, "'why'"), cancellationToken);
            Tell(await cluster.Tasks.ExplainAsync(id, cancellationToken));
            return ExitCode.Success;

            void Tell(ImmutableArray<StageWait>? told)
            {
                var waits = told ?? throw CommandFailedException.NotFound(id);
                foreach (var wait in waits)
                {
                    Terminal.WriteLine(console, $"{wait.Stage}: {wait.Sentence}");
                }

                if (waits.IsEmpty)
                {
                    Terminal.WriteLine(console, $"No stage of task {id} waits.");
                }
            }
        });
        return command;
    }
}
