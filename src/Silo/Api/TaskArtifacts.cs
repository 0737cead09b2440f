using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api;

/// <summary>Serves the files that a task's durable state lists, and no others.</summary>
internal static class TaskArtifacts
{
    private const string Sandbox = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

    /// <summary>What a browser may show in place, with the type that it is shown as. Everything else is a download, whatever its maker called it.</summary>
    private static readonly FrozenDictionary<string, string> Shown = new Dictionary<string, string>
    {
        [".mp4"] = "video/mp4",
        [".png"] = "image/png",
        [".wav"] = "audio/wav",
        [".vtt"] = "text/vtt; charset=utf-8",
        [".srt"] = "text/plain; charset=utf-8",
        [".json"] = "application/json",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static async Task<IResult> ReadAsync(
        string id, string stage, string name, IGrainFactory grains, ServedArtifacts store, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        if (await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is not { } snapshot)
        {
            return Problems.NoSuchTask(task);
        }

        if (!snapshot.ToState().Stages.TryGet(stage, out var owner) || owner.ArtifactDetails?.GetValueOrDefault(name) is not { } artifact)
        {
            return Problems.NotFound($"Task {task} has no such artifact.");
        }

        Stream? content;
        try
        {
            content = await store.OpenAsync(artifact, cancellationToken);
        }
        catch (ArtifactException)
        {
            return TypedResults.Problem(
                $"The file of the artifact {name} of task {task}, stage {stage}, was changed: its length or its SHA-256 is another. "
                + "Retry the stage that made it.",
                statusCode: StatusCodes.Status500InternalServerError);
        }
        catch (IOException exception)
        {
            return TypedResults.Problem(
                $"The artifact {name} of task {task}, stage {stage}, cannot be read now: {exception.Message}",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (content is null)
        {
            return Problems.NotFound(
                $"The artifact {name} of task {task}, stage {stage}, is not in the artifact store of this silo. Do all silos and workers share it?");
        }

        // A later attempt of the stage makes another file under the same name, so a cache asks again; the hash answers it.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentSecurityPolicy = Sandbox;
        var shown = Shown.GetValueOrDefault(Path.GetExtension(name));
        return TypedResults.Stream(
            content,
            shown ?? "application/octet-stream",
            fileDownloadName: shown is null ? name : null,
            lastModified: content is FileStream file ? File.GetLastWriteTimeUtc(file.SafeFileHandle) : null,
            entityTag: new EntityTagHeaderValue($"\"{artifact.Sha256}\""),
            enableRangeProcessing: true);
    }
}
