using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VideoGen.Files;
using VideoGen.Tasks;

namespace VideoGen.Silo.Api;

/// <summary>Serves the files that a task's durable state lists, and no others.</summary>
internal static class ArtifactsApi
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

    public static void MapArtifactsApi(this IEndpointRouteBuilder routes)
    {
        var artifacts = routes.MapGroup("/api/tasks/{id}/artifacts").WithTags("Artifacts").ProducesProblem(StatusCodes.Status404NotFound);
        artifacts.MapGet("/", ListAsync).WithSummary("The files that the stages of the task made, with their addresses and digests.");
        artifacts.MapGet("/{stage}/{name}", ReadAsync)
            .WithSummary("A file that a stage of the task made. Ranges, and its SHA-256 in Repr-Digest.")
            .Produces<byte[]>(contentType: "application/octet-stream", additionalContentTypes: [.. Shown.Values.Distinct()])
            .Produces(StatusCodes.Status206PartialContent)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .Produces(StatusCodes.Status416RangeNotSatisfiable);
    }

    /// <summary>The address of a file.</summary>
    public static string AddressOf(TaskId task, StageName stage, string name) =>
        $"/api/tasks/{task}/artifacts/{Uri.EscapeDataString(stage.Value)}/{Uri.EscapeDataString(name)}";

    private static async Task<Results<Ok<ArtifactList>, ProblemHttpResult>> ListAsync(string id, TaskCalls calls) =>
        !TaskId.TryParse(id, out var task, out var problem) ? Problems.BadRequest(problem!)
            : await calls.ReadAsync(task) is { } snapshot ? TypedResults.Ok(ArtifactList.Of(snapshot.ToState()))
            : Problems.NoSuchTask(task);

    private static async Task<IResult> ReadAsync(
        string id, string stage, string name, TaskCalls calls, ServedArtifacts store, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        if (await calls.ReadAsync(task) is not { } snapshot)
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
            return Problems.Of(
                ProblemType.Damaged,
                $"The file of the artifact {name} of task {task}, stage {stage}, was changed: its length or its SHA-256 is another. "
                + "Retry the stage that made it.");
        }
        catch (IOException exception)
        {
            return Problems.Of(ProblemType.Unavailable, $"The artifact {name} of task {task}, stage {stage}, cannot be read now: {exception.Message}");
        }

        if (content is null)
        {
            return Problems.NotFound(
                $"The artifact {name} of task {task}, stage {stage}, is not in the artifact store of this silo. Do all silos and workers share it?");
        }

        // A later attempt of the stage makes another file under the same name, so a cache asks again; the hash answers it.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ContentSecurityPolicy = Sandbox;
        response.Headers[Digests.Header] = Digests.OfSha256(artifact.Sha256);
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
