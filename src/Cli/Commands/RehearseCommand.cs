using System.Collections.Immutable;
using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Rehearsal;
using VideoGen.Cli.Rehearsal.Loads;
using VideoGen.Cli.Running;
using VideoGen.Cli.Views;
using VideoGen.Files;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen rehearse PIPELINE</c>: a cluster of processes is struck while it works, and every promise gets a verdict.</summary>
internal static class RehearseCommand
{
    /// <summary>The built-in pipeline.</summary>
    private const string Video = "video";

    public static Command Create(IAnsiConsole console)
    {
        var pipeline = new Argument<string?>("PIPELINE")
        {
            Description = $"What is rehearsed: a pipeline of your own in JSON, as 'submit --pipeline' takes it, or '{Video}' for the built-in one. "
                + "Default: a small one of four stages. Stages for which no program is named are simulated.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var document = new Option<string?>("--document")
        {
            Description = $"The document of which '{Video}' makes its videos. Default: a short one.",
            HelpName = "FILE",
        };
        var input = new Option<string?>("--input") { Description = "What the stages of PIPELINE are given, as a JSON object.", HelpName = "I.json" };
        var programs = new Option<string[]>("--exec")
        {
            Description = "The program that does the stages of a kind, as 'worker --exec' runs it: render='python3 render.py'; may be given more than once.",
            HelpName = "KIND=COMMAND",
        };
        var time = Duration.CreateOption("--for", "How long the cluster is struck.", TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        var silos = Count("--silos", "Silos.", 3, 9);
        var workers = Count("--workers", "Workers.", 4, 16);
        var seed = new Option<int?>("--seed") { Description = "The order of the blows again. Default: another one each time.", HelpName = "N" };
        var command = new Command(
            "rehearse",
            "Bring up a cluster as processes on this machine, kill, stop and cut off parts of it while tasks run, and say of each promise whether it was kept.")
        {
            pipeline, input, programs, document, time, silos, workers, seed, CommonOptions.Json,
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
                        Pipeline = await ReadAsync(parsed, folder, cancellationToken),
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

        Task<RehearsedPipeline> ReadAsync(ParseResult parsed, string folder, CancellationToken cancellationToken)
        {
            var named = RehearsedPrograms.Parse(parsed.GetValue(programs) ?? []);
            if (parsed.GetValue(pipeline) is null or Video && (named.Count > 0 || parsed.GetValue(input) is not null))
            {
                throw new CommandFailedException(ExitCode.BadInput, "--exec and --input are for a pipeline of your own; name its file.");
            }

            return parsed.GetValue(pipeline) switch
            {
                Video => ReadVideoAsync(parsed.GetValue(document), folder, cancellationToken),
                { } file => ReadOwnAsync(file, parsed.GetValue(input), named, folder, cancellationToken),
                null => Task.FromResult(RehearsedPipeline.Simulated(RehearsedPipeline.Sample)),
            };
        }
    }

    private static async Task<RehearsedPipeline> ReadVideoAsync(string? document, string folder, CancellationToken cancellationToken)
    {
        if (document is null)
        {
            document = Path.Combine(folder, "note.md");
            await File.WriteAllTextAsync(document, "# A rehearsal\n\nOne sentence is spoken.\n\n## More\n\nAnd another one.\n", cancellationToken);
        }

        return new RehearsedPipeline
        {
            Task = await DocumentTask.PrepareAsync(new DocumentRequest { File = document, Size = "640x360" }, ArtifactsIn(folder), cancellationToken),
            AtATime = 2,
            Lease = TimeSpan.FromSeconds(6),
            WorkerArguments = ["--video"],
        };
    }

    private static async Task<RehearsedPipeline> ReadOwnAsync(
        string file, string? input, ImmutableSortedDictionary<string, string> programs, string folder, CancellationToken cancellationToken)
    {
        var task = await new SubmittedPipeline(file, input, null).PrepareAsync(ArtifactsIn(folder), cancellationToken);
        var kinds = task.Pipeline!.Stages.Select(stage => stage.Name.Kind).ToHashSet();
        return programs.Keys.FirstOrDefault(kind => !kinds.Contains(kind)) is { } unknown
            ? throw new CommandFailedException(ExitCode.BadInput, $"{file} has no stage of the kind {unknown}; it has {string.Join(", ", kinds.Order())}.")
            : RehearsedPipeline.Of(task, programs);
    }

    private static FolderArtifactStore ArtifactsIn(string folder) => new(Directory.CreateDirectory(Path.Combine(folder, "data", "artifacts")).FullName);

    private static Option<int> Count(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} Default: {usual}.", HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result => Bounds.Check(result, 1, most));
        return option;
    }
}
