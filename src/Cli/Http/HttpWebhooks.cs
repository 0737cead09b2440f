using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Running;
using VideoGen.Tasks.Notices;

namespace VideoGen.Cli.Http;

/// <summary>The webhooks of a cluster over HTTP, for who has a key of an admin.</summary>
internal sealed class HttpWebhooks(HttpCluster cluster) : IWebhookBook
{
    /// <summary>The secret is one that the silo makes.</summary>
    public async Task<string> CreateAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var (made, _) = await cluster.ActAsync(
            HttpMethod.Post,
            "api/webhooks",
            () => JsonContent.Create(new { name = webhook.Name, url = webhook.Url, events = webhook.Events, labels = webhook.Labels }),
            cancellationToken);
        return made.GetProperty("secret").GetString()!;
    }

    public async Task<Webhooks> ListAsync(CancellationToken cancellationToken) => await cluster.GetAsync("api/webhooks", cancellationToken) is { } list
        ? Webhooks.None with { All = [.. list.GetProperty("webhooks").EnumerateArray().Select(WebhookOf)] }
        : Webhooks.None;

    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        await ActAsync(HttpMethod.Delete, name, "", null, cancellationToken) is not null;

    public async Task<WebhookTest?> TestAsync(string name, CancellationToken cancellationToken) =>
        await ActAsync(HttpMethod.Post, name, "/test", null, cancellationToken) is { } test
            ? new WebhookTest(test.GetProperty("delivered").GetBoolean(), test.GetProperty("problem").GetString())
            : null;

    public async Task<bool> EnableAsync(string name, CancellationToken cancellationToken) =>
        await ActAsync(HttpMethod.Post, name, "/enable", null, cancellationToken) is not null;

    public async Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request, CancellationToken cancellationToken)
    {
        var body = new { task = request.Task, delivered = request.Told, after = request.After };
        return await ActAsync(HttpMethod.Post, name, "/replay", body, cancellationToken) is { } replay
            ? new WebhookReplay(replay.GetProperty("tasks").GetInt32(), replay.GetProperty("notices").GetInt32(), replay.GetProperty("next").GetString())
            : null;
    }

    /// <summary>Null when there is no webhook of that name.</summary>
    private async Task<JsonElement?> ActAsync(HttpMethod method, string name, string act, object? body, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, _) = await cluster.ActAsync(
                method,
                $"api/webhooks/{Uri.EscapeDataString(name)}{act}",
                () => body is null ? null : JsonContent.Create(body),
                cancellationToken);
            return answer;
        }
        catch (CommandFailedException exception) when (exception.ExitCode == ExitCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>What the silo shows of a webhook, which is everything but its id and its secret.</summary>
    private static Webhook WebhookOf(JsonElement webhook) => new(
        webhook.GetProperty("name").GetString()!,
        "",
        webhook.GetProperty("url").GetString()!,
        "",
        webhook.GetProperty("created_at").GetDateTimeOffset())
    {
        Events = webhook.TextsOf("events") is { IsEmpty: false } events ? events : null,
        Labels = webhook.LabelsOf(),
        DisabledAt = webhook.TimeOf("disabled_at"),
        LastToldAt = webhook.TimeOf("last_told_at"),
        LastFailedAt = webhook.TimeOf("last_failed_at"),
        LastFailure = webhook.GetProperty("last_failure").GetString(),
    };
}
