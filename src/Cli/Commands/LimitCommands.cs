using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Settings;
using static VideoGen.Cli.Commands.OperatedClusters;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen limit</c>: what all workers together may do at a time, or in a time.</summary>
internal static class LimitCommands
{
    public static Command Create(IAnsiConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "The limit, as stages name it." };
        var most = new Option<int?>("--max") { Description = "Slots that may be taken at the same time.", HelpName = "N" };
        var rate = new Option<string?>("--rate") { Description = "How many may start in a time, such as 60/min, 5/s or 10/30s.", HelpName = "RATE" };
        var set = Verb("set", "Define a limit over all workers, or define it anew.", name, most, rate);
        set.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
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
            if (limit.Check() is { } problem)
            {
                throw new CommandFailedException(ExitCode.BadInput, problem);
            }

            await cluster.SetLimitAsync(limit, cancellationToken);
            Terminal.WriteLine(console, $"Limit {limit.Name}: {limit}.");
        }, cancellationToken));
        var remove = Verb("remove", "Remove a limit: stages that name it are held back no more.", name);
        remove.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var limit = parsed.GetValue(name)!;
            var was = await cluster.RemoveLimitAsync(limit, cancellationToken);
            Terminal.WriteLine(console, was ? $"Limit {limit} is removed." : $"There is no limit {limit}.");
        }, cancellationToken));
        var list = Verb("list", "List the limits, and who holds them.", OutputOption.All);
        list.SetAction((parsed, cancellationToken) => WithAsync(parsed, async cluster =>
        {
            var form = OutputOption.Read(parsed);
            var limits = await cluster.ListLimitsAsync(cancellationToken);
            Show(
                console,
                form,
                limits.Select(limit => limit.Definition!.Name),
                writer => LimitListView.Write(writer, limits),
                isWide => LimitListView.Show(console, limits, isWide));
        }, cancellationToken));
        return new Command("limit", "Define, remove or list limits over all workers of a cluster.") { set, remove, list };
    }
}
