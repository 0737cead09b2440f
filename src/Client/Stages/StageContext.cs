using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Stages;

/// <summary>Everything that one attempt of a stage may use.</summary>
public sealed class StageContext
{
    private readonly Lazy<string> _workingDirectory = new(static () => throw new InvalidOperationException("This attempt was given no folder."));

    public required TaskId TaskId { get; init; }

    public required StageName StageName { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The part of the name after the colon, or null.</summary>
    public string? Unit => StageName.Unit;

    /// <summary>The task's <c>input_config</c>.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>What the pipeline gives this very stage: an object, empty where it gives nothing.</summary>
    public JsonElement Parameters { get; init; } = JsonText.EmptyObject.ToElement();

    /// <summary>What the completed stages of this task made, by the stage's name, in the order of the task's stages.</summary>
    public required ImmutableArray<KeyValuePair<StageName, ImmutableArray<Artifact>>> Completed { get; init; }

    /// <summary>An empty folder of this attempt's own; it is there from when it is first asked for, and deleted afterwards.</summary>
    public string WorkingDirectory
    {
        get => _workingDirectory.Value;
        init => _workingDirectory = new Lazy<string>(value);
    }

    /// <summary>Makes the folder when it is first asked for.</summary>
    internal Lazy<string> LazyWorkingDirectory
    {
        init => _workingDirectory = value;
    }

    public required IArtifactStore Artifacts { get; init; }

    /// <summary>The folder within the artifact store that belongs to this attempt alone.</summary>
    public required string ArtifactFolder { get; init; }

    public required ILogger Logger { get; init; }

    public required Func<double, string, CancellationToken, Task> ProgressReporter { private get; init; }

    /// <summary>Tells the task how far this attempt is: a fraction from 0 to 1, and what it is doing, in a person's words.</summary>
    public Task ReportProgressAsync(double fraction, string message, CancellationToken cancellationToken = default) =>
        ProgressReporter(fraction, message, cancellationToken);

    /// <summary>Moves a finished file into the artifact store. The file is durable there when this returns.</summary>
    public Task<Artifact> SaveArtifactAsync(string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default) =>
        Artifacts.PutAsync(ArtifactFolder, name, sourcePath, mediaType, cancellationToken);

    /// <summary>An artifact of a completed stage, or null when that stage made none of that name.</summary>
    public Artifact? FindArtifact(StageName stageName, string artifactName)
    {
        foreach (var (stage, artifacts) in Completed)
        {
            if (stage == stageName)
            {
                return artifacts.FirstOrDefault(artifact => artifact.Name == artifactName);
            }
        }

        return null;
    }

    /// <summary>The verified local file of an artifact of a completed stage.</summary>
    /// <exception cref="StageFailedException">
    /// There is none (<c>artifact.missing</c>), or its bytes are not those that were stored (<c>artifact.corrupt</c>).
    /// </exception>
    public async Task<string> OpenArtifactAsync(StageName stageName, string artifactName, CancellationToken cancellationToken = default)
    {
        var artifact = FindArtifact(stageName, artifactName)
            ?? throw new StageFailedException(
                ArtifactException.Missing, $"Stage {StageName} needs {artifactName} of stage {stageName}, which did not make it.");
        return await Artifacts.GetLocalPathAsync(artifact, cancellationToken).ConfigureAwait(false);
    }
}
