using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Http;
using VideoGen.Cli.Views;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen artifacts ID</c>: the files that a task made, and each of them to fetch.</summary>
internal static class ArtifactsCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var file = new Argument<string?>("STAGE/NAME") { Description = "The file to fetch. Default: list them.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where the file goes. Default: its name, in this folder.",
            HelpName = "FILE",
        };
        var command = new Command("artifacts", "List the files that a task made, or fetch one of them.")
        {
            CommonOptions.Id, file, output, CommonOptions.Data, CommonOptions.Artifacts, CommonOptions.Store, CommonOptions.OfCluster, ServerAddress.Option,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = CommonOptions.ReadId(parsed);
            TaskState state;
            await using (var tasks = await TaskSources.OpenAsync(parsed, cancellationToken))
            {
                state = (await tasks.ReadAsync(id, cancellationToken) ?? throw CommandFailedException.NotFound(id)).ToState();
            }

            if (parsed.GetValue(file) is not { } wanted)
            {
                foreach (var (stage, artifact) in Made(state))
                {
                    Terminal.WriteLine(console, $"{stage}/{artifact.Name}  {artifact.Length} bytes  {artifact.MediaType}");
                }

                return ExitCode.Success;
            }

            var (owner, found) = Made(state).FirstOrDefault(made => $"{made.Stage}/{made.Artifact.Name}" == wanted);
            if (found is null)
            {
                throw new CommandFailedException(ExitCode.NotFound, $"Task {id} has no '{wanted}'. 'videogen artifacts {id}' lists what it has.");
            }

            var target = Path.GetFullPath(parsed.GetValue(output) ?? found.Name);
            if (CommonOptions.ReadServer(parsed) is { } server)
            {
                using var silo = new HttpCluster(server);
                await ArtifactDownload.SaveAsync(silo, id, owner, found, target, cancellationToken);
            }
            else
            {
                var local = await CommonOptions.OpenData(parsed).Artifacts.GetLocalPathAsync(found, cancellationToken);
                File.Copy(local, target, overwrite: true);
            }

            Terminal.WriteLine(console, target);
            return ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<(StageName Stage, Artifact Artifact)> Made(TaskState state) =>
        from stage in state.Stages
        from artifact in stage.ArtifactDetails?.Values ?? []
        select (stage.Name, artifact);
}
