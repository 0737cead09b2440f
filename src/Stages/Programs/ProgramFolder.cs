using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Programs;

/// <summary>
/// The folder in which a program runs: <c>input.json</c>, <c>parameters.json</c>, what earlier stages made in
/// <c>artifacts/STAGE/NAME</c>, and the empty <c>out</c> for what it makes.
/// </summary>
internal sealed record ProgramFolder
{
    private const string Input = "input.json";
    private const string Parameters = "parameters.json";
    private const string Artifacts = "artifacts";
    private const string Out = "out";

    /// <summary>What a process and its children have in their environment, whatever they do; tells them from all others.</summary>
    public const string MarkVariable = "VIDEOGEN_WORK";

    /// <summary>What begins so stays with the worker: its own settings, some of which are passwords.</summary>
    private static readonly ImmutableArray<string> Withheld = ["VIDEOGEN_", "Orleans__", "ConnectionStrings__"];

    private ProgramFolder(StageContext context, string home)
    {
        Root = context.WorkingDirectory;
        OutFolder = Path.Combine(Root, Out);
        Variables =
        [
            new("VIDEOGEN_TASK", context.TaskId.Value),
            new("VIDEOGEN_STAGE", context.StageName.Value),
            new("VIDEOGEN_KIND", context.StageName.Kind),
            new("VIDEOGEN_UNIT", context.Unit ?? ""),
            new("VIDEOGEN_ATTEMPT", $"{context.Attempt}"),
            new("VIDEOGEN_INPUT", Path.Combine(Root, Input)),
            new("VIDEOGEN_PARAMETERS", Path.Combine(Root, Parameters)),
            new("VIDEOGEN_ARTIFACTS", Path.Combine(Root, Artifacts)),
            new("VIDEOGEN_OUT", OutFolder),
            new(MarkVariable, Root),
            new("VIDEOGEN_HOME", home),
        ];
    }

    public string Root { get; }

    /// <summary>Where the program puts what it makes.</summary>
    public string OutFolder { get; }

    public ImmutableArray<KeyValuePair<string, string>> Variables { get; }

    /// <summary>Fills the folder. Artifacts are copies: a program may do with them what it likes.</summary>
    /// <param name="context">That of the attempt.</param>
    /// <param name="home">The folder of the program's own files.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public static async Task<ProgramFolder> PrepareAsync(StageContext context, string home, CancellationToken cancellationToken)
    {
        var folder = new ProgramFolder(context, home);
        await folder.WriteAsync(Input, context.Input, cancellationToken).ConfigureAwait(false);
        await folder.WriteAsync(Parameters, context.Parameters, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(folder.OutFolder);
        var artifacts = Directory.CreateDirectory(Path.Combine(folder.Root, Artifacts)).FullName;
        foreach (var (stage, made) in context.Completed)
        {
            var ofStage = Path.Combine([artifacts, .. stage.Value.Split(':')]);
            Directory.CreateDirectory(ofStage);
            foreach (var artifact in made)
            {
                if (Path.GetFileName(artifact.Name) != artifact.Name || artifact.Name is "" or "." or "..")
                {
                    throw new StageFailedException(
                        "artifact.name", $"Stage {context.StageName} cannot be given '{artifact.Name}' of stage {stage}: that is not the name of a file.");
                }

                var source = await context.Artifacts.GetLocalPathAsync(artifact, cancellationToken).ConfigureAwait(false);
                File.Copy(source, Path.Combine(ofStage, artifact.Name));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return folder;
    }

    private Task WriteAsync(string name, JsonElement json, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(Root, name), json.GetRawText(), new UTF8Encoding(false), cancellationToken);

    /// <summary>The environment of the program: that of the worker without its settings, and what it has to know of its work.</summary>
    public void Fill(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => Withheld.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            environment[name] = value;
        }
    }
}
