using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using VideoGen.Files;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Api.Work;

/// <summary>Workers upload what they made, as a whole or in parts that follow each other.</summary>
internal static class UploadsApi
{
    /// <summary>How many bytes of the file are here.</summary>
    private const string OffsetHeader = "Upload-Offset";

    private const int MaxMediaType = 128;

    private const string UsualMediaType = "application/octet-stream";

    public static void MapUploadsApi(this IEndpointRouteBuilder routes)
    {
        const string Address = "/api/work/{id}/{stage}/artifacts/{name}";
        routes.MapPut(Address, PutAsync)
            .WithTags("Work")
            .WithSummary(
                "Uploads an artifact. Content-Range says which part of it the body is; HEAD says in Upload-Offset where to go on. Repr-Digest is checked.")
            .Takes<byte[]>(UsualMediaType)
            .Produces<UploadedArtifact>(StatusCodes.Status201Created)
            .Produces(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status416RangeNotSatisfiable)
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Needs(Role.Worker);
        routes.MapMethods(Address, [HttpMethods.Head], TellOffsetAsync).Needs(Role.Worker);
    }

    private static async Task<IResult> TellOffsetAsync(
        string id, string stage, string name, HttpContext context, HeldLeases leases, ArtifactUploads uploads)
    {
        if (await FindObjectionAsync(id, stage, name, context, leases, uploads) is not (null, var key))
        {
            return TypedResults.StatusCode(StatusCodes.Status410Gone);
        }

        context.Response.Headers[OffsetHeader] = uploads.LengthOf(key, name).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.NoContent();
    }

    private static async Task<IResult> PutAsync(
        string id, string stage, string name, HttpContext context, HeldLeases leases, ArtifactUploads uploads, CancellationToken cancellationToken)
    {
        var (objection, key) = await FindObjectionAsync(id, stage, name, context, leases, uploads);
        if (objection is not null)
        {
            return objection;
        }

        if (ReadPart(context.Request, out var from, out var total) is { } wrong)
        {
            return wrong;
        }

        if (!Digests.TryReadSha256(context.Request, out var expected))
        {
            return Problems.BadRequest($"The header {Digests.Header} is written sha-256=:BASE64:, with 32 bytes.");
        }

        var mediaType = context.Request.ContentType ?? UsualMediaType;
        if (!NameText.IsPlain(mediaType, MaxMediaType))
        {
            return Problems.BadRequest($"The Content-Type of an artifact has at most {MaxMediaType} characters.");
        }

        if (!uploads.TryBegin(key, name))
        {
            return Problems.Of(ProblemType.Conflict, $"Another request uploads '{name}' at this moment. Ask with HEAD how far it is, and go on from there.");
        }

        try
        {
            return await TakeAsync(key, name, new Part(from, total, mediaType, expected), context, uploads, cancellationToken);
        }
        finally
        {
            uploads.End(key, name);
        }
    }

    private static async Task<IResult> TakeAsync(
        LeaseKey key, string name, Part part, HttpContext context, ArtifactUploads uploads, CancellationToken cancellationToken)
    {
        var here = uploads.LengthOf(key, name);
        if (part.From > here)
        {
            context.Response.Headers[OffsetHeader] = here.ToString(CultureInfo.InvariantCulture);
            return Problems.Of(ProblemType.Range, $"Of '{name}' {here} bytes are here, so the next part begins there and not at {part.From}.");
        }

        var length = await uploads.AppendAsync(key, name, part.From, context.Request.Body, cancellationToken);
        if (length > (part.Total ?? ArtifactUploads.MaxBytes))
        {
            uploads.Drop(key, name);
            return length > ArtifactUploads.MaxBytes
                ? Problems.Of(ProblemType.TooLarge, $"An artifact has at most {ArtifactUploads.MaxBytes} bytes.")
                : Problems.BadRequest($"More came of '{name}' than the {part.Total} bytes that Content-Range speaks of. Send it again from the beginning.");
        }

        context.Response.Headers[OffsetHeader] = length.ToString(CultureInfo.InvariantCulture);
        if (length < part.Total)
        {
            return TypedResults.StatusCode(StatusCodes.Status202Accepted);
        }

        if (await uploads.StoreAsync(key, name, part.MediaType, part.Expected, cancellationToken) is not { } artifact)
        {
            return Problems.Of(ProblemType.DigestMismatch, $"'{name}' arrived with another SHA-256 than {Digests.Header} speaks of. Send it again.");
        }

        context.Response.Headers[Digests.Header] = Digests.OfSha256(artifact.Sha256);
        return TypedResults.Json(
            new UploadedArtifact(artifact.Name, artifact.Length, artifact.Sha256, artifact.MediaType),
            WorkJson.Default.UploadedArtifact,
            statusCode: StatusCodes.Status201Created);
    }

    private static async Task<(ProblemHttpResult? Objection, LeaseKey Key)> FindObjectionAsync(
        string id, string stage, string name, HttpContext context, HeldLeases leases, ArtifactUploads uploads)
    {
        if (WorkEnds.Open(id, stage, context, out var key) is { } wrong)
        {
            return (wrong, key);
        }

        if (!ArtifactAddress.IsPlainName(name))
        {
            return (Problems.BadRequest("The name of an artifact is a plain file name that does not begin with a dot."), key);
        }

        if (!uploads.HasStore)
        {
            return (Problems.NotImplemented("This silo reaches no artifact store; ask one that was started with --artifacts."), key);
        }

        var (held, problem) = await leases.FindAsync(key);
        return held is null
            ? (problem ?? Problems.Of(ProblemType.LeaseLost, $"Task {key.Task}: stage {key.Stage} is not held under this lease."), key)
            : (null, key);
    }

    /// <summary>Which part of the file the body is; the whole without Content-Range.</summary>
    private static ProblemHttpResult? ReadPart(HttpRequest request, out long from, out long? total)
    {
        (from, total) = (0, null);
        if (request.Headers.ContentRange.Count == 0)
        {
            return null;
        }

        if (!ContentRangeHeaderValue.TryParse(request.Headers.ContentRange.ToString(), out var range) || range is not { From: { } first, To: not null }
            || range.Unit != "bytes")
        {
            return Problems.BadRequest("The header Content-Range is written 'bytes FIRST-LAST/ALL', or with '*' for ALL while that is not known.");
        }

        (from, total) = (first, range.Length ?? long.MaxValue);
        return null;
    }

    private sealed record Part(long From, long? Total, string MediaType, string? Expected);
}
