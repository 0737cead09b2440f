using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Settings;
using VideoGen.Tasks;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Notices;

/// <summary>Holds the subscriptions. A change is stored first, and only then it is acknowledged; silos ask again each second.</summary>
[GrainType("webhooks")]
internal sealed class WebhooksGrain(
    [FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage,
    IGrainContext context,
    ITaskIndex index,
    INoticeSender sender,
    TimeProvider time) : Grain, IWebhooksGrain
{
    /// <summary>Tasks that are asked at the same time to tell again.</summary>
    private const int MaxAsked = 16;

    /// <summary>With the second of a silo, a new subscription is told of what is committed three seconds later.</summary>
    private readonly StoredText<Webhooks> _stored =
        new(storage, context.GrainId, "webhooks", Webhooks.None, WebhooksJson.Default.Webhooks, time) { ReadAgainAfter = TimeSpan.FromSeconds(2) };

    public async Task<Webhooks> ReadAsync() => await _stored.ReadAsync();

    public async Task AddAsync(Webhook webhook)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        if (webhook.Check() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        await _stored.ChangeAsync(webhooks =>
            webhooks.Find(webhook.Id) is not null ? webhooks
            : webhooks.All.Any(known => known.Name == webhook.Name)
                ? throw new ArgumentException($"There is a webhook {webhook.Name} already; choose another name.")
            : webhooks.All.Length >= Webhooks.MaxWebhooks
                ? throw new ArgumentException($"There are {Webhooks.MaxWebhooks} webhooks already; delete one before you make another.")
            : webhooks with { All = webhooks.All.Add(webhook) });
    }

    public async Task<bool> RemoveAsync(string name)
    {
        var isKnown = (await _stored.ReadAsync()).All.Any(webhook => webhook.Name == name);
        await _stored.ChangeAsync(webhooks => webhooks.All.Any(webhook => webhook.Name == name)
            ? webhooks with { All = webhooks.All.RemoveAll(webhook => webhook.Name == name) }
            : webhooks);
        return isKnown;
    }

    public async Task<bool> EnableAsync(string name)
    {
        var webhooks = await _stored.ChangeAsync(webhooks => Replace(
            webhooks, webhook => webhook.Name == name && webhook.DisabledAt is not null, webhook => webhook with { DisabledAt = null }));
        return webhooks.All.Any(webhook => webhook.Name == name);
    }

    public async Task NoteAsync(ImmutableArray<WebhookNote> notes)
    {
        var now = time.GetUtcNow();
        await _stored.ChangeAsync(webhooks => notes.Take(Webhooks.MaxWebhooks).Aggregate(webhooks, (former, note) => Replace(
            former,
            webhook => webhook.Id == note.Id,
            webhook => webhook with
            {
                LastToldAt = note.ToldAt ?? webhook.LastToldAt,
                LastFailedAt = note.FailedAt ?? webhook.LastFailedAt,
                LastFailure = note.Failure is { } failure ? MessageText.Cut(failure, Webhook.MaxFailureLength) : webhook.LastFailure,
                DisabledAt = webhook.DisabledAt ?? (note.IsGone ? now : null),
            })));
    }

    public async Task<WebhookTest?> TestAsync(string name)
    {
        if (await FindAsync(name) is not { } webhook)
        {
            return null;
        }

        var answer = await sender.SendAsync(webhook, NoticeMessage.Test(webhook, time.GetUtcNow()));
        return new WebhookTest(answer.Outcome == NoticeOutcome.Told, answer.Problem);
    }

    public async Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await FindAsync(name) is not { } webhook)
        {
            return null;
        }

        if (webhook.DisabledAt is not null)
        {
            throw new ArgumentException($"Webhook {name} is disabled, since it said that it is gone; enable it first.");
        }

        if (request.Task is { } text)
        {
            var task = TaskId.TryParse(text, out var id, out var problem) ? id : throw new ArgumentException(problem);
            return new WebhookReplay(1, await ReplayAsync(task, webhook, request.Told), null);
        }

        var page = await index.QueryAsync(new TaskQuery
        {
            Label = webhook.Labels is { IsEmpty: false } labels ? labels.First() : null,
            PageSize = WebhookReplayRequest.MaxTasks,
            After = request.After,
        });
        var notices = 0;
        foreach (var some in page.Tasks.Chunk(MaxAsked))
        {
            notices += (await Task.WhenAll(some.Select(task => ReplayAsync(task.TaskId, webhook, request.Told)))).Sum();
        }

        return new WebhookReplay(page.Tasks.Length, notices, page.Next);
    }

    private Task<int> ReplayAsync(TaskId task, Webhook webhook, bool told) =>
        GrainFactory.GetGrain<ITaskNoticesGrain>(task.Value).ReplayAsync(webhook.Id, told);

    private async Task<Webhook?> FindAsync(string name) => (await _stored.ReadAsync()).All.FirstOrDefault(webhook => webhook.Name == name);

    private static Webhooks Replace(Webhooks webhooks, Func<Webhook, bool> which, Func<Webhook, Webhook> change) =>
        webhooks.All.FirstOrDefault(which) is { } former && change(former) is var next && next != former
            ? webhooks with { All = webhooks.All.Replace(former, next) }
            : webhooks;
}

/// <summary>The stored form of the subscriptions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Webhooks))]
internal sealed partial class WebhooksJson : JsonSerializerContext
{
}
