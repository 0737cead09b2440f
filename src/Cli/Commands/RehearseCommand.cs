using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Rehearsal;
using VideoGen.Cli.Rehearsal.Loads;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Files;
using VideoGen.Stages.Video;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen rehearse PIPELINE</c>: a cluster of processes is struck while it works, and every promise gets a verdict.</summary>
internal static class RehearseCommand
{
    private const string Video = "video";

    public static Command Create(IAnsiConsole console)
    {
        var pipeline = new Argument<string?>("PIPELINE")
        {
            Description = $"What is rehearsed: '{Video}' for the built-in pipeline. Default: a small one of four stages whose work is simulated.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var document = new Option<string?>("--document")
        {
            Description = $"The document of which '{Video}' makes its videos. Default: a short one.",
            HelpName = "FILE",
        };
        var time = Duration.CreateOption("--for", "How long the cluster is struck.", TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        var silos = Count("--silos", "Silos.", 3, 9);
        var workers = Count("--workers", "Workers.", 4, 16);
        var seed = new Option<int?>("--seed") { Description = "The order of the blows again. Default: another one each time.", HelpName = "N" };
        var command = new Command(
            "rehearse",
            "Bring up a cluster as processes on this machine, kill, stop and cut off parts of it while tasks run, and say of each promise whether it was kept.")
        {
            pipeline, document, time, silos, workers, seed, CommonOptions.Json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("videogen-rehearsal-").FullName;
            var json = parsed.GetValue(CommonOptions.Json);
            var isKept = true;
            try
            {
                var run = new RehearsalRun(
                    new RehearsalOptions
                    {
                        Pipeline = await ReadAsync(parsed.GetValue(pipeline), parsed.GetValue(document), folder, cancellationToken),
                        Time = parsed.GetValue(time),
                        Silos = parsed.GetValue(silos),
                        Workers = parsed.GetValue(workers),
                        Seed = parsed.GetValue(seed) ?? Random.Shared.Next(1_000_000),
                        Folder = folder,
                    },
                    line =>
                    {
                        if (!json)
                        {
                            Terminal.WriteLine(console, line);
                        }
                    });
                var report = await run.ExecuteAsync(cancellationToken);
                isKept = report.IsKept;
                if (json)
                {
                    Terminal.WriteJson(console, writer => RehearsalView.Write(writer, report));
                }
                else
                {
                    RehearsalView.Show(console, report);
                }

                return report.IsKept ? ExitCode.Success : ExitCode.Failed;
            }
            finally
            {
                if (isKept)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        });
        return command;
    }

    private static async Task<RehearsedPipeline> ReadAsync(string? pipeline, string? document, string folder, CancellationToken cancellationToken)
    {
        if (pipeline is null)
        {
            return RehearsedPipeline.Simulated(RehearsedPipeline.Sample);
        }

        if (pipeline != Video)
        {
            throw new CommandFailedException(
                ExitCode.BadInput, $"There is no pipeline '{pipeline}' to rehearse; '{Video}' is one, and nothing stands for a small one.");
        }

        if (document is null)
        {
            document = Path.Combine(folder, "note.md");
            await File.WriteAllTextAsync(document, "# A rehearsal\n\nOne sentence is spoken.\n\n## More\n\nAnd another one.\n", cancellationToken);
        }

        var artifacts = new FolderArtifactStore(Directory.CreateDirectory(Path.Combine(folder, "data", "artifacts")).FullName);
        var request = new DocumentRequest { File = document, Size = "320x180" };
        return new RehearsedPipeline
        {
            Task = await DocumentTask.PrepareAsync(request, artifacts, cancellationToken),
            AtATime = 2,
            Lease = TimeSpan.FromSeconds(6),
            WorkerArguments = ["--video"],
        };
    }

    private static Option<int> Count(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Bounds.Check(result, 1, most));
        return option;
    }
}
