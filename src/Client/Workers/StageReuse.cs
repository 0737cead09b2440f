using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Stages;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Workers;

/// <summary>
/// What stages made of which inputs, as notes beside the artifacts. A note names the artifacts of the task that made them, and they stay that task's: whoever
/// takes work over makes copies of its own, or finds that they are gone and does the work. So a note that is old or lost costs time, and nothing else.
/// </summary>
internal sealed partial class StageReuse(IArtifactStore store, ILogger logger)
{
    private const string Area = "made";

    /// <summary>
    /// Copies, in the folder of an attempt, of what was made from the same inputs before; null where that is not known, or not there any more.
    /// </summary>
    public async Task<FormerWork?> FindAsync(string key, string folder, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.Notes.ReadAsync(Area, key, cancellationToken).ConfigureAwait(false) is not { } note
                || JsonSerializer.Deserialize(note, ReuseJson.Default.FormerWork) is not { Artifacts.IsDefault: false } work
                || !TaskId.TryParse(work.Task, out _, out _))
            {
                return null;
            }

            var copies = ImmutableArray.CreateBuilder<Artifact>();
            foreach (var artifact in work.Artifacts)
            {
                copies.Add(await store.CopyAsync(artifact, folder, cancellationToken).ConfigureAwait(false));
            }

            return work with { Artifacts = copies.ToImmutable() };
        }
        catch (Exception exception) when (exception is ArtifactException or IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            LogNotReused(key, exception.Message);
            await TryAsync(() => store.DeleteAsync(folder, cancellationToken: cancellationToken)).ConfigureAwait(false);
            await TryAsync(() => store.Notes.DeleteAsync(Area, key, cancellationToken)).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Notes what a completed stage made. Where it cannot be noted, it is made again some day.</summary>
    public Task RememberAsync(string key, FormerWork work, CancellationToken cancellationToken) => TryAsync(
        () => store.Notes.WriteAsync(Area, key, JsonSerializer.SerializeToUtf8Bytes(work, ReuseJson.Default.FormerWork), cancellationToken));

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotReused(Area, exception.Message);
        }
    }

    [LoggerMessage(24, LogLevel.Debug, "What was made before cannot be used ({Key}): {Problem}")]
    private partial void LogNotReused(string key, string problem);
}

/// <summary>What a stage made.</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">Its name.</param>
/// <param name="Artifacts">All of it.</param>
internal sealed record FormerWork(string Task, string Stage, ImmutableArray<Artifact> Artifacts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FormerWork))]
internal sealed partial class ReuseJson : JsonSerializerContext;
