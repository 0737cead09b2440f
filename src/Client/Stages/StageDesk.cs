using System.Text.Json;
using VideoGen.Files;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Stages;

/// <summary>
/// What the work of a reusable stage is given: its inputs, a folder, and ways to say how far it is and to store what it made. Nothing says whose it is.
/// </summary>
public sealed class StageDesk
{
    private readonly StageContext _context;
    private readonly StageInputs _inputs;

    /// <param name="context">Of the attempt.</param>
    /// <param name="inputs">What was chosen of it.</param>
    public StageDesk(StageContext context, StageInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(inputs);
        (_context, _inputs) = (context, inputs);
    }

    public JsonElement Parameters => _inputs.Parameters;

    /// <summary>An empty folder of this attempt's own; it is there from when it is first asked for, and deleted afterwards.</summary>
    public string WorkingDirectory => _context.WorkingDirectory;

    /// <summary>Whether a file of that name was chosen.</summary>
    public bool HasFile(string name) => _inputs.Files.ContainsKey(name);

    /// <summary>The verified local file that was chosen under that name.</summary>
    /// <exception cref="ArgumentException">None was.</exception>
    /// <exception cref="ArtifactException">It is missing, or its bytes are not those that were stored.</exception>
    public Task<string> OpenFileAsync(string name, CancellationToken cancellationToken = default) =>
        _inputs.Files.TryGetValue(name, out var artifact)
            ? _context.Artifacts.GetLocalPathAsync(artifact, cancellationToken)
            : throw new ArgumentException($"No file {name} is among the inputs that were chosen.", nameof(name));

    /// <inheritdoc cref="StageContext.ReportProgressAsync"/>
    public Task ReportProgressAsync(double fraction, string message, CancellationToken cancellationToken = default) =>
        _context.ReportProgressAsync(fraction, message, cancellationToken);

    /// <inheritdoc cref="StageContext.SaveArtifactAsync"/>
    public Task<Artifact> SaveArtifactAsync(string name, string sourcePath, string mediaType, CancellationToken cancellationToken = default) =>
        _context.SaveArtifactAsync(name, sourcePath, mediaType, cancellationToken);
}
