using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen import DIR</c> and <c>videogen export DIR</c>: state files of the Python system, in and out.</summary>
internal static class ExchangeCommands
{
    public static Command CreateImport(IAnsiConsole console)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder with state files, one task each." };
        var zone = new Option<string?>("--time-zone")
        {
            Description = "The zone of times without an offset. Default: that of this machine.",
            HelpName = "NAME",
        };
        var command = new Command(
            "import",
            "Take over tasks from state files of the Python system. A file that cannot be taken is named and skipped, and the exit code is then 1.")
        {
            folder, zone, CommonOptions.Data, CommonOptions.Store,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var local = parsed.GetValue(zone) is { } name ? FindZone(name) : TimeZoneInfo.Local;
            var files = FilesOf(parsed.GetValue(folder)!);
            var (data, artifacts) = CommonOptions.OpenData(parsed);
            await using var cluster = await EmbeddedCluster.StartAsync(
                new EmbeddedClusterOptions
                {
                    Data = data,
                    Artifacts = artifacts,
                    Store = CommonOptions.ReadStore(parsed),
                    Instead = _ => "Stop its silos while files are taken in, or choose another --data.",
                },
                cancellationToken);
            return await cluster.GuardAsync(new StateImport(console, cluster.Tasks, local).ExecuteAsync(files, cancellationToken));
        });
        return command;
    }

    public static Command CreateExport(IAnsiConsole console)
    {
        var folder = new Argument<string>("DIR") { Description = "Where the files go; made where it is missing." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that are there already." };
        var command = new Command("export", "Write all tasks as state files that the Python system reads.")
        {
            folder, overwrite, CommonOptions.Data, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var tasks = await TaskSources.OpenAsync(parsed, cancellationToken);
            var target = Path.GetFullPath(parsed.GetValue(folder)!);
            return await new StateExport(console, tasks, parsed.GetValue(overwrite)).ExecuteAsync(target, cancellationToken);
        });
        return command;
    }

    /// <summary>Every entry that is called like a state file, folders too: what cannot be read is named, and not passed over in silence.</summary>
    private static string[] FilesOf(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFileSystemEntries(folder, "*.json").Order(StringComparer.Ordinal)]
        : throw new CommandFailedException(
            ExitCode.BadInput, $"There is no folder {folder}. Name the one that holds the state files; the Python system keeps them in output/state.");

    private static TimeZoneInfo FindZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw new CommandFailedException(ExitCode.BadInput, $"There is no time zone '{name}' on this machine; it needs a name such as Europe/Berlin.");
}
