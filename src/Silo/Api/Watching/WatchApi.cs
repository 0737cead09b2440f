using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VideoGen.Files;
using VideoGen.Silo.Access;
using VideoGen.Tasks;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A film while it is made: what is finished of it can be watched at once.</summary>
internal static class WatchApi
{
    private const string HeadType = "video/mp4";

    private const string PartType = "video/iso.segment";

    /// <summary>A caption's times are those of the film, and so are those of its pictures (RFC 8216, 3.5).</summary>
    private const string SameTimes = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n";

    public static void AddWatchApi(this IServiceCollection services) => services.AddSingleton<FilmReader>();

    public static void MapWatchApi(this IEndpointRouteBuilder routes)
    {
        var film = routes.MapGroup("/api/tasks/{id}/watch")
            .WithTags("Watching")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        film.MapGet("/index.m3u8", ShowIndexAsync)
            .WithSummary("The film of the task for a player (HTTP Live Streaming), from its first scene on while the others are still made.")
            .Produces<string>(contentType: Playlist.MediaType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/{edition}/film.m3u8", ShowListAsync)
            .WithSummary("The parts of the film that are finished, in order. It grows at its end, until a retry begins another edition.")
            .Produces<string>(contentType: Playlist.MediaType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/captions.vtt", ShowCaptionsAsync)
            .WithSummary("The captions of what is finished of the film, at their times in it.")
            .Produces<string>(contentType: ClipCaptions.MediaType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/{edition}/captions.m3u8", ShowCaptionListAsync)
            .WithSummary("The captions of the parts that are finished, in order. It grows as the list of the parts does.")
            .Produces<string>(contentType: Playlist.MediaType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/{edition}/{number:int}.vtt", ShowPartCaptionsAsync)
            .WithSummary("The captions that are shown while the part of this number is.")
            .Produces<string>(contentType: ClipCaptions.MediaType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/{edition}/{number:int}.mp4", (string id, string edition, int number, HttpContext context, TaskCalls calls, FilmReader reader) =>
                ShowPartAsync(id, edition, number, isHead: true, context, calls, reader))
            .WithSummary("What a player needs before the part of this number.")
            .Produces<byte[]>(contentType: HeadType)
            .Produces(StatusCodes.Status304NotModified);
        film.MapGet("/{edition}/{number:int}.m4s", (string id, string edition, int number, HttpContext context, TaskCalls calls, FilmReader reader) =>
                ShowPartAsync(id, edition, number, isHead: false, context, calls, reader))
            .WithSummary("A part of the film: a few seconds of picture and sound.")
            .Produces<byte[]>(contentType: PartType)
            .Produces(StatusCodes.Status304NotModified);
    }

    /// <summary>Where a player begins.</summary>
    public static string AddressOf(TaskId task) => $"/api/tasks/{task}/watch/index.m3u8";

    /// <summary>The captions of all that can be watched there.</summary>
    public static string CaptionsOf(TaskId task) => $"/api/tasks/{task}/watch/captions.vtt";

    private static Task<IResult> ShowIndexAsync(string id, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, null, context, calls, reader, (film, _) => Task.FromResult<IResult>(Text(context, Playlist.Index(film, QueryOf(context.Request)))));

    private static Task<IResult> ShowListAsync(string id, string edition, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, edition, context, calls, reader, (film, _) => Task.FromResult<IResult>(Text(context, Playlist.Of(film, QueryOf(context.Request)))));

    private static Task<IResult> ShowCaptionListAsync(string id, string edition, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, edition, context, calls, reader, (film, _) =>
            Task.FromResult<IResult>(Text(context, Playlist.OfCaptions(film, QueryOf(context.Request)))));

    private static Task<IResult> ShowCaptionsAsync(string id, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, null, context, calls, reader, async (film, _) =>
            Captions(context, await reader.CaptionsAsync(film.Parts, "", context.RequestAborted)));

    private static Task<IResult> ShowPartCaptionsAsync(
        string id, string edition, int number, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, edition, context, calls, reader, async (film, task) => number < 0 || number >= film.Parts.Length
            ? Problems.NotFound($"The film of task {task} has no part {number} yet.")
            : Captions(context, await reader.CaptionsAsync([film.Parts[number]], SameTimes, context.RequestAborted)));

    private static Task<IResult> ShowPartAsync(
        string id, string edition, int number, bool isHead, HttpContext context, TaskCalls calls, FilmReader reader) =>
        ShowAsync(id, edition, context, calls, reader, async (film, task) =>
        {
            if (number < 0 || number >= film.Parts.Length)
            {
                return Problems.NotFound($"The film of task {task} has no part {number} yet.");
            }

            return await reader.ReadAsync(film, number, isHead, context.RequestAborted) is { } content
                ? Bytes(context, content, isHead ? HeadType : PartType)
                : Problems.NotFound($"Part {number} of the film of task {task} is not in the artifact store of this silo. Do all silos and workers share it?");
        });

    /// <param name="id">Of the task.</param>
    /// <param name="edition">Which one is asked for; null for the newest.</param>
    /// <param name="context">The request.</param>
    /// <param name="calls">Reads the task.</param>
    /// <param name="reader">Reads its clips.</param>
    /// <param name="show">Answers, when there is that film.</param>
    private static async Task<IResult> ShowAsync(
        string id, string? edition, HttpContext context, TaskCalls calls, FilmReader reader, Func<WatchedFilm, TaskId, Task<IResult>> show)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        if (await calls.ReadAsync(task) is not { } snapshot)
        {
            return Problems.NoSuchTask(task);
        }

        try
        {
            return await reader.FindAsync(snapshot.ToState(), context.RequestAborted) is not { } film
                ? Problems.NotFound($"Task {task} has nothing to watch yet: no scene of a film is finished.")
                : edition is not null && edition != film.Edition
                    ? Problems.NotFound($"The film of task {task} is made anew, or was another one; it begins at {AddressOf(task)}.")
                    : await show(film, task);
        }
        catch (ArtifactException exception)
        {
            return Problems.Of(ProblemType.Damaged, $"A clip of task {task} was changed: {exception.Message} Retry the stage that made it.");
        }
        catch (IOException exception)
        {
            return Problems.Of(ProblemType.Unavailable, $"A clip of task {task} cannot be read now: {exception.Message}");
        }
    }

    /// <summary>A player asks for the parts as they are written here, so a token of the address goes along.</summary>
    private static string QueryOf(HttpRequest request) =>
        request.Query[ReadTokens.Parameter] is [{ Length: > 0 } token] ? $"?{ReadTokens.Parameter}={Uri.EscapeDataString(token)}" : "";

    private static FileContentHttpResult Text(HttpContext context, string text) => Bytes(context, Encoding.UTF8.GetBytes(text), Playlist.MediaType);

    private static FileContentHttpResult Captions(HttpContext context, string text) =>
        Bytes(context, Encoding.UTF8.GetBytes(text), $"{ClipCaptions.MediaType}; charset=utf-8");

    private static FileContentHttpResult Bytes(HttpContext context, byte[] content, string type)
    {
        context.Response.Headers.CacheControl = "private, no-cache";
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"");
        return TypedResults.Bytes(content, type, enableRangeProcessing: true, entityTag: tag);
    }
}
