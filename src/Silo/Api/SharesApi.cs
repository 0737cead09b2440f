using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api;

/// <param name="ForS">How many seconds the token is good for.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShareRequest(int? ForS)
{
    /// <summary>The site whose pages may embed the task, such as https://wiki.example.org; none when it is left out.</summary>
    public string? Origin { get; init; }
}

/// <param name="Token">Goes into <c>Authorization: Bearer</c>, or into the parameter <c>read</c> of an address of the task.</param>
/// <param name="ExpiresAt">Until then it is good.</param>
internal sealed record ShareReply(string Token, DateTimeOffset ExpiresAt);

/// <summary>Lets others look at one task.</summary>
internal static class SharesApi
{
    public static void MapSharesApi(this IEndpointRouteBuilder routes) => routes.MapPost("/api/tasks/{id}/shares", CreateAsync)
        .WithTags("Tasks")
        .Needs(Role.Operator)
        .WithSummary("Makes a token that lets whoever has it look at this task, and at nothing else, until a time. It is stored nowhere.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<Results<Ok<ShareReply>, ProblemHttpResult>> CreateAsync(
        string id, ShareRequest request, ReadTokens tokens, IGrainFactory grains, TimeProvider time)
    {
        if (!TaskId.TryParse(id, out var task, out var problem))
        {
            return Problems.BadRequest(problem!);
        }

        var most = (int)ReadTokens.MaxLength.TotalSeconds;
        if (request.ForS is not { } seconds || seconds < 1 || seconds > most)
        {
            return Problems.Of(ProblemType.Unprocessable, $"The member 'for_s' is a number of seconds from 1 to {most}.");
        }

        SiteOrigin? site = null;
        if (request.Origin is { } origin && !SiteOrigin.TryParse(origin, out site))
        {
            return Problems.Of(
                ProblemType.Unprocessable,
                "The member 'origin' is the origin of a site, such as https://wiki.example.org or http://localhost:8000, without a path.");
        }

        if (await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is null)
        {
            return Problems.NoSuchTask(task);
        }

        var end = time.GetUtcNow().AddSeconds(seconds);
        return TypedResults.Ok(new ShareReply(tokens.Create(task, end, site), end));
    }
}
