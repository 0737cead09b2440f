using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <param name="Name">What the key is called.</param>
/// <param name="Role">viewer, operator, worker or admin.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KeyRequest(string? Name, string? Role)
{
    /// <summary>It reaches only tasks that have this label.</summary>
    public Dictionary<string, string>? Labels { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <param name="Name">What the key is called.</param>
/// <param name="Key">Its text, which is stored nowhere and shown this once.</param>
internal sealed record NewKeyReply(string Name, string Key);

internal sealed record KeyItem(
    string Name,
    string Role,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt);

internal sealed record KeyListReply(ImmutableArray<KeyItem> Keys);

/// <summary>The keys over HTTP, for admins.</summary>
internal static class KeysApi
{
    public static void MapKeysApi(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/keys").WithTags("Keys").Needs(Role.Admin);
        keys.MapGet("/", ListAsync).WithSummary("Lists the keys, those that are good no more with them.");
        keys.MapPost("/", CreateAsync)
            .WithSummary("Makes a key. Its text is in the answer, and nowhere else; under an Idempotency-Key it is shown again for ten minutes.")
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        keys.MapDelete("/{name}", RevokeAsync)
            .WithSummary("Revokes a key: five seconds later it opens nothing anywhere.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<KeyListReply>> ListAsync(KeyRing ring) => TypedResults.Ok(new KeyListReply(
        [
            .. (await ring.ListAsync()).Keys.OrderBy(key => key.Name, StringComparer.Ordinal).Select(key => new KeyItem(
                key.Name, key.Role.ToWireName(), key.Labels ?? TaskState.NoLabels, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt)),
        ]));

    private static async Task<Results<Created<NewKeyReply>, ProblemHttpResult>> CreateAsync(
        KeyRequest request, HttpContext context, IGrainFactory grains, ShownOnce once, TimeProvider time)
    {
        if (!OperationKeys.TryRead(context.Request, out var operation, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        if (!Roles.TryParseWireName(request.Role, out var role))
        {
            return Unsound("The member 'role' is not one of viewer, operator, worker, admin.");
        }

        var seeds = once.SeedsOf("key", context.GetCaller(), operation);
        var text = seeds is [var newest, ..] ? KeyText.Of(role, newest) : KeyText.Create(role);
        var key = new AccessKey(request.Name ?? "", role, KeyText.HashOf(text), time.GetUtcNow())
        {
            Labels = request.Labels is { Count: > 0 } labels ? TaskState.NoLabels.SetItems(labels) : null,
            ExpiresAt = request.ExpiresAt,
        };
        if (key.Check() is { } problem)
        {
            return Unsound(problem);
        }

        var made = await FindAsync(seeds, grains);
        if (made is null)
        {
            try
            {
                await grains.GetGrain<IAccessKeysGrain>(0).AddAsync(key);
            }
            catch (ArgumentException exception)
            {
                return ShownOnce.Taken(exception.Message, operation is not null);
            }

            made = await FindAsync(seeds, grains) is { } found ? found : (key, text);
        }

        var (known, shown) = made.Value;
        var isAsAsked = (known.Name, known.Role, known.ExpiresAt) == (key.Name, role, key.ExpiresAt)
            && (known.Labels ?? TaskState.NoLabels).SequenceEqual(key.Labels ?? TaskState.NoLabels);
        return once.Refuse($"key {known.Name}", known.CreatedAt, isAsAsked, known.RevokedAt is not null) is { } refusal
            ? refusal
            : TypedResults.Created($"/api/keys/{Uri.EscapeDataString(known.Name)}", new NewKeyReply(known.Name, shown));
    }

    /// <summary>The key that came of one of the seeds, whatever its role, and its text.</summary>
    private static async Task<(AccessKey Key, string Text)?> FindAsync(IReadOnlyList<byte[]> seeds, IGrainFactory grains)
    {
        if (seeds.Count == 0)
        {
            return null;
        }

        var texts = seeds.SelectMany(_ => Enum.GetValues<Role>(), (seed, role) => KeyText.Of(role, seed)).ToDictionary(KeyText.HashOf);
        return (await grains.GetGrain<IAccessKeysGrain>(0).ReadAsync()).Keys.FirstOrDefault(key => texts.ContainsKey(key.Sha256)) is { } known
            ? (known, texts[known.Sha256])
            : null;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string name, IGrainFactory grains) =>
        await grains.GetGrain<IAccessKeysGrain>(0).RevokeAsync(name)
            ? TypedResults.NoContent()
            : Problems.NotFound("There is no key of that name.");

    private static ProblemHttpResult Unsound(string problem) => TypedResults.Problem(problem, statusCode: StatusCodes.Status422UnprocessableEntity);
}
