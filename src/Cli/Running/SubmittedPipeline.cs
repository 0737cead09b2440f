using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Client.Pipelines;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>A pipeline of the person's own, and the input of its stages.</summary>
/// <param name="pipelineFile">The file of the pipeline.</param>
/// <param name="inputFile">The file of the input; null for an empty one.</param>
/// <param name="id">Null for one that is made of both, so that the same command means the same task.</param>
internal sealed class SubmittedPipeline(string pipelineFile, string? inputFile, TaskId? id) : ISubmitted
{
    /// <summary>Hexadecimal digits of the hash that tells one task of a pipeline from another.</summary>
    private const int HashLength = 12;

    private ImmutableArray<StageDefinition> _stages = [];

    public async Task<CreateTask> PrepareAsync(IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var text = Read(pipelineFile, PipelineJson.MaxBytes);
        PipelineDefinition pipeline;
        try
        {
            pipeline = PipelineJson.Parse(text);
        }
        catch (PipelineFormatException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{pipelineFile} is not a pipeline.\n{exception.Message}", exception);
        }

        _stages = pipeline.Stages;
        var input = ReadInput();
        var task = id ?? TaskId.Parse($"{pipeline.Name}-{Hash(text, input)}");
        return new CreateTask(task, input, pipeline) { ArtifactFolder = await artifacts.IdentifyAsync(cancellationToken) };
    }

    /// <summary>A limit that nobody has set holds nothing back, which is hardly what its name is there for.</summary>
    public async Task CheckAsync(RemoteCluster cluster, ClusterAddress address, CancellationToken cancellationToken)
    {
        if (_stages.All(stage => stage.Limits is null))
        {
            return;
        }

        var settings = await cluster.Grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync().WaitAsync(cancellationToken);
        for (var at = 0; at < _stages.Length; at++)
        {
            if (_stages[at].Limits?.FirstOrDefault(limit => !settings.Limits.ContainsKey(limit.Name)) is { } unknown)
            {
                throw new CommandFailedException(
                    ExitCode.BadInput,
                    $"{pipelineFile} does not fit the cluster.\nstages[{at}].limits: The cluster has no limit '{unknown.Name}', so nothing would hold stage "
                    + $"'{_stages[at].Name}' back. Set it with 'videogen limit set {unknown.Name} --max N{address.Arguments}', or leave it out.");
            }
        }
    }

    public async Task FetchAsync(
        IAnsiConsole console, TaskState state, IArtifactStore artifacts, TimeSpan? took, CancellationToken cancellationToken)
    {
        TaskOutcome.WriteWarnings(console, state);
        foreach (var (stage, artifact) in Made(state))
        {
            Terminal.WriteLine(console, $"{stage}  {await artifacts.GetLocalPathAsync(artifact, cancellationToken)}");
        }

        Terminal.WriteLine(console, $"Task {state.TaskId} is completed{(took is { } time ? $" in {StageLine.Format(time)}" : "")}.");
    }

    private static IEnumerable<(StageName Stage, Artifact Artifact)> Made(TaskState state) =>
        from stage in state.Stages
        from artifact in stage.ArtifactDetails?.Values ?? []
        select (stage.Name, artifact);

    private JsonText ReadInput()
    {
        if (inputFile is null)
        {
            return JsonText.EmptyObject;
        }

        // In UTF-8 a character takes four bytes at most.
        var bytes = Read(inputFile, 4 * Limits.MaxInputLength);
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            var input = JsonText.Parse(text.TrimStart('\uFEFF'));
            return input.Value.StartsWith('{')
                ? input
                : throw new CommandFailedException(ExitCode.BadInput, $"{inputFile} is not an input: that is a JSON object in braces.");
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{inputFile} is not an input in JSON: {exception.Message}", exception);
        }
    }

    internal static byte[] Read(string file, int most)
    {
        try
        {
            using var stream = new FileStream(RegularFile.OpenRead(file), FileAccess.Read, bufferSize: 0);
            if (stream.Length > most)
            {
                throw new CommandFailedException(ExitCode.BadInput, $"{file} has {stream.Length} bytes; {most} is the most.");
            }

            var bytes = new byte[stream.Length];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandFailedException(ExitCode.BadInput, $"{file} cannot be read: {exception.Message}", exception);
        }
    }

    private static string Hash(byte[] pipeline, JsonText input)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(pipeline);
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(input.Value));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HashLength];
    }
}
