using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Silo.Access;
using VideoGen.Silo.Webhooks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <param name="Name">What the webhook is called.</param>
/// <param name="Url">Where notices go, by POST.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookRequest(string? Name, string? Url)
{
    /// <summary>What it is told of, such as task.* or stage.failed; everything when it is left out.</summary>
    public string[]? Events { get; init; }

    /// <summary>It is told of tasks that have this label.</summary>
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>What is asked for, with a new secret; <see cref="WebhookSender.Check"/> says whether it is sound.</summary>
    public Webhook ToWebhook(string id, DateTimeOffset now) => new(Name ?? "", id, Url ?? "", WebhookSecret.Create(), now)
    {
        Events = Events is { Length: > 0 } events ? [.. events] : null,
        Labels = Labels is { Count: > 0 } labels ? TaskState.NoLabels.SetItems(labels) : null,
    };
}

/// <param name="Name">What the webhook is called.</param>
/// <param name="Secret">What signs the notices to it. It is shown this once.</param>
internal sealed record NewWebhookReply(string Name, string Secret);

internal sealed record WebhookItem(
    string Name,
    string Url,
    IReadOnlyList<string> Events,
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LastToldAt,
    DateTimeOffset? LastFailedAt,
    string? LastFailure);

internal sealed record WebhookListReply(ImmutableArray<WebhookItem> Webhooks);

/// <param name="Delivered">Whether the subscriber took it.</param>
/// <param name="Problem">Why it did not.</param>
internal sealed record WebhookTestReply(bool Delivered, string? Problem);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayBody
{
    /// <summary>Of that task alone; of all that are listed when it is left out.</summary>
    public string? Task { get; init; }

    /// <summary>Also what was delivered, as far as the tasks remember it; else what failed alone.</summary>
    public bool Delivered { get; init; }

    /// <summary>The member next of the answer before.</summary>
    public string? After { get; init; }
}

/// <param name="Tasks">Gone through.</param>
/// <param name="Notices">Put in line again.</param>
/// <param name="Next">Send it as after, to go on; null when that was all.</param>
internal sealed record WebhookReplayReply(int Tasks, int Notices, string? Next);

/// <summary>The webhooks over HTTP, for admins.</summary>
internal static class WebhooksApi
{
    public static void MapWebhooksApi(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/api/webhooks").WithTags("Webhooks").Needs(Role.Admin);
        webhooks.MapGet("/", ListAsync).WithSummary("Lists the webhooks, without their secrets.");
        webhooks.MapPost("/", CreateAsync)
            .WithSummary("Makes a webhook. Its secret is in the answer, and nowhere else; under an Idempotency-Key it is shown again for ten minutes.")
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        webhooks.MapDelete("/{name}", DeleteAsync)
            .WithSummary("Deletes a webhook, and what waits for it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        webhooks.MapPost("/{name}/test", TestAsync)
            .WithSummary("Sends a notice of the type webhook.test, once, and says what came of it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        webhooks.MapPost("/{name}/enable", EnableAsync)
            .WithSummary("Goes on with a webhook that was disabled as it answered 410.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        webhooks.MapPost("/{name}/replay", ReplayAsync)
            .WithSummary("Puts notices in line again, under their former ids: what failed, of up to 100 tasks for each request.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Ok<WebhookListReply>> ListAsync(IGrainFactory grains) => TypedResults.Ok(new WebhookListReply(
        [
            .. (await GrainOf(grains).ReadAsync()).All.OrderBy(webhook => webhook.Name, StringComparer.Ordinal).Select(webhook => new WebhookItem(
                webhook.Name,
                webhook.Url,
                webhook.Events ?? [],
                webhook.Labels ?? TaskState.NoLabels,
                webhook.CreatedAt,
                webhook.DisabledAt,
                webhook.LastToldAt,
                webhook.LastFailedAt,
                webhook.LastFailure)),
        ]));

    private static async Task<Results<Created<NewWebhookReply>, ProblemHttpResult>> CreateAsync(
        WebhookRequest request, HttpContext context, IGrainFactory grains, WebhookSender sender, ShownOnce once, TimeProvider time)
    {
        if (!OperationKeys.TryRead(context.Request, out var operation, out var wrong))
        {
            return Problems.BadRequest(wrong!);
        }

        var ids = once.SeedsOf("webhook", context.GetCaller(), operation).Select(seed => Convert.ToHexStringLower(seed)[..Webhook.MaxIdLength]).ToList();
        var id = ids is [var newest, ..] ? newest : Webhook.NewId();
        var webhook = request.ToWebhook(id, time.GetUtcNow());
        if (sender.Check(webhook) is { } problem)
        {
            return Unsound(problem);
        }

        var made = await FindAsync(ids, grains);
        if (made is null)
        {
            try
            {
                await GrainOf(grains).AddAsync(webhook);
            }
            catch (ArgumentException exception)
            {
                return ShownOnce.Taken(exception.Message, operation is not null);
            }

            made = await FindAsync(ids, grains) ?? webhook;
        }

        var isAsAsked = (made.Name, made.Url) == (webhook.Name, webhook.Url)
            && (made.Events ?? []).SequenceEqual(webhook.Events ?? [])
            && (made.Labels ?? TaskState.NoLabels).SequenceEqual(webhook.Labels ?? TaskState.NoLabels);
        return once.Refuse($"webhook {made.Name}", made.CreatedAt, isAsAsked, isRevoked: false) is { } refusal
            ? refusal
            : TypedResults.Created($"/api/webhooks/{Uri.EscapeDataString(made.Name)}", new NewWebhookReply(made.Name, made.Secret));
    }

    /// <summary>The webhook that has one of the ids.</summary>
    private static async Task<Webhook?> FindAsync(List<string> ids, IGrainFactory grains) =>
        ids.Count == 0 ? null : (await GrainOf(grains).ReadAsync()).All.FirstOrDefault(webhook => ids.Contains(webhook.Id));

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string name, IGrainFactory grains) =>
        await GrainOf(grains).RemoveAsync(name) ? TypedResults.NoContent() : Missing();

    private static async Task<Results<Ok<WebhookTestReply>, ProblemHttpResult>> TestAsync(string name, IGrainFactory grains) =>
        await GrainOf(grains).TestAsync(name) is { } test ? TypedResults.Ok(new WebhookTestReply(test.Delivered, test.Problem)) : Missing();

    private static async Task<Results<NoContent, ProblemHttpResult>> EnableAsync(string name, IGrainFactory grains) =>
        await GrainOf(grains).EnableAsync(name) ? TypedResults.NoContent() : Missing();

    private static async Task<Results<Ok<WebhookReplayReply>, ProblemHttpResult>> ReplayAsync(string name, ReplayBody request, IGrainFactory grains)
    {
        try
        {
            var asked = new WebhookReplayRequest { Task = request.Task, Told = request.Delivered, After = request.After };
            return await GrainOf(grains).ReplayAsync(name, asked) is { } replay
                ? TypedResults.Ok(new WebhookReplayReply(replay.Tasks, replay.Notices, replay.Next))
                : Missing();
        }
        catch (ArgumentException exception)
        {
            return Unsound(exception.Message);
        }
    }

    private static IWebhooksGrain GrainOf(IGrainFactory grains) => grains.GetGrain<IWebhooksGrain>(0);

    private static ProblemHttpResult Missing() => Problems.NotFound("There is no webhook of that name.");

    private static ProblemHttpResult Unsound(string problem) => TypedResults.Problem(problem, statusCode: StatusCodes.Status422UnprocessableEntity);
}
