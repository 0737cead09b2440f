using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen queues</c>, <c>videogen queue</c>, <c>videogen limit</c> and <c>videogen why</c>: what is held back in a cluster, and why.</summary>
internal static class QueueCommands
{
    public static IEnumerable<Command> Create(IAnsiConsole console) => [CreateQueues(console), CreateQueue(console), CreateLimit(console), CreateWhy(console)];

    private static Command CreateQueues(IAnsiConsole console)
    {
        var command = Command("queues", "List the queues of a cluster: what waits in each, and what keeps it from being done.", CommonOptions.Json);
        command.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var list = await QueueList.ReadAsync(cluster.Grains, TimeProvider.System).WaitAsync(cancellationToken);
            if (parsed.GetValue(CommonOptions.Json))
            {
                Terminal.WriteJson(console, writer => QueueListView.Write(writer, list));
            }
            else
            {
                QueueListView.Show(console, list, TimeProvider.System.GetUtcNow());
            }
        }, cancellationToken));
        return command;
    }

    private static Command CreateQueue(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The queue." };
        var reason = new Option<string>("--reason") { Description = "Why, for others to read.", HelpName = "TEXT", Required = true };
        var lasts = new Option<string?>("--for") { Description = "Ends by itself after this time, such as 10m.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Ends by itself then, such as 2026-12-01T08:00Z.", HelpName = "TIME" };
        var pause = Command("pause", "Start nothing of a queue until it is resumed. What is at work goes on.", name, reason, lasts, until);
        pause.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var end = parsed.GetValue(until);
            if (parsed.GetValue(lasts) is { } text)
            {
                end = Duration.TryParse(text, out var time)
                    ? now + time
                    : throw new CommandFailedException(ExitCode.BadInput, $"--for takes a time such as 30s, 10m or 2h; '{text}' is not.");
            }

            var made = new QueuePause(parsed.GetValue(name)!, Environment.UserName, parsed.GetValue(reason)!, now, end);
            await SettingsOf(cluster).PauseQueueAsync(made).WaitAsync(cancellationToken);
            Terminal.WriteLine(console, $"The {made}.");
        }, cancellationToken));
        var resume = Command("resume", "Go on with a paused queue.", name);
        resume.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var queue = parsed.GetValue(name)!;
            var was = await SettingsOf(cluster).ResumeQueueAsync(queue).WaitAsync(cancellationToken);
            Terminal.WriteLine(console, was ? $"Queue {queue} goes on." : $"Queue {queue} is not paused.");
        }, cancellationToken));
        var show = Command("show", "Show how a queue stands.", name);
        show.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var queue = parsed.GetValue(name)!;
            var status = await cluster.Grains.GetGrain<IStageQueueGrain>(queue).InspectAsync().WaitAsync(cancellationToken);
            Terminal.WriteLine(
                console,
                $"Queue {queue}: {status.Offers}{(status.MoreWait ? " and more" : "")} stages wait, {status.WaitingWorkers} calls of workers wait. "
                    + (status.Pause is { } paused ? $"The {paused}." : "It is open."));
        }, cancellationToken));
        var most = new Option<int?>("--max") { Description = "Stages that may wait before no new tasks are taken.", HelpName = "N" };
        var usual = new Option<bool>("--usual") { Description = "As a queue for which nothing is set." };
        var bound = Command("bound", "Set how many stages may wait in a queue before it takes no new tasks.", name, most, usual);
        bound.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var (queue, count) = (parsed.GetValue(name)!, parsed.GetValue(most));
            if (count is null != parsed.GetValue(usual))
            {
                throw new CommandFailedException(ExitCode.BadInput, "'queue bound' takes either --max N or --usual.");
            }

            await SettingsOf(cluster).SetBacklogAsync(queue, count).WaitAsync(cancellationToken);
            Terminal.WriteLine(console, $"Queue {queue} takes new tasks while fewer than {count ?? QueueBacklog.Usual} stages wait in it.");
        }, cancellationToken));
        return new Command("queue", "Pause, resume, bound or look at a queue of a cluster.") { pause, resume, bound, show };
    }

    private static Command CreateLimit(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The limit, as stages name it." };
        var most = new Option<int?>("--max") { Description = "Slots that may be taken at the same time.", HelpName = "N" };
        var rate = new Option<string?>("--rate") { Description = "How many may start in a time, such as 60/min, 5/s or 10/30s.", HelpName = "RATE" };
        var set = Command("set", "Define a limit over all workers, or define it anew.", name, most, rate);
        set.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var text = parsed.GetValue(rate);
            StartRate? allowed = null;
            if (text is not null)
            {
                allowed = StartRate.TryParse(text, out var read)
                    ? read
                    : throw new CommandFailedException(ExitCode.BadInput, $"--rate takes a number and a time, such as 60/min; '{text}' is not.");
            }

            var limit = new LimitDefinition(parsed.GetValue(name)!) { MaxConcurrent = parsed.GetValue(most), Rate = allowed };
            await SettingsOf(cluster).SetLimitAsync(limit).WaitAsync(cancellationToken);
            Terminal.WriteLine(console, $"Limit {limit.Name}: {limit}.");
        }, cancellationToken));
        var remove = Command("remove", "Remove a limit: stages that name it are held back no more.", name);
        remove.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            var limit = parsed.GetValue(name)!;
            var was = await SettingsOf(cluster).RemoveLimitAsync(limit).WaitAsync(cancellationToken);
            Terminal.WriteLine(console, was ? $"Limit {limit} is removed." : $"There is no limit {limit}.");
        }, cancellationToken));
        var list = Command("list", "List the limits, and who holds them.");
        list.SetAction((parsed, cancellationToken) => WithSettingsAsync(parsed, async cluster =>
        {
            foreach (var limit in (await SettingsOf(cluster).ReadAsync().WaitAsync(cancellationToken)).Limits.Values)
            {
                var status = await cluster.Grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync().WaitAsync(cancellationToken);
                var holders = string.Join(", ", status.Holders.Select(use => $"{use.Task}/{use.Stage} on {use.Worker}"));
                Terminal.WriteLine(
                    console,
                    string.Create(CultureInfo.InvariantCulture, $"{limit.Name}: {limit}; {status.Used} taken, {status.Waiting} wait. {holders}").TrimEnd());
            }
        }, cancellationToken));
        return new Command("limit", "Define, remove or list limits over all workers of a cluster.") { set, remove, list };
    }

    private static Command CreateWhy(IAnsiConsole console)
    {
        var command = Command("why", "Say of each stage of a task that waits what it waits for.", CommonOptions.Id);
        command.Add(ServerAddress.Option);
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

            return await WithSettingsAsync(parsed, async cluster => Tell(await cluster.Tasks.ExplainAsync(id, cancellationToken)), cancellationToken);

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

    private static Command Command(string name, string description, params Symbol[] parts)
    {
        var command = new Command(name, description) { CommonOptions.OfCluster };
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)part);
            }
        }

        return command;
    }

    private static async Task<int> WithSettingsAsync(ParseResult parsed, Func<RemoteCluster, Task> action, CancellationToken cancellationToken)
    {
        var address = CommonOptions.RequireCluster(parsed, $"'{parsed.CommandResult.Command.Name}'");
        await using var cluster = await RemoteCluster.ConnectAsync(address, cancellationToken);
        try
        {
            await action(cluster);
        }
        catch (ArgumentException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, exception.Message, exception);
        }

        return ExitCode.Success;
    }

    private static IClusterSettingsGrain SettingsOf(RemoteCluster cluster) => cluster.Grains.GetGrain<IClusterSettingsGrain>(0);
}
