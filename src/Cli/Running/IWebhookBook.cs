using VideoGen.Tasks.Notices;

namespace VideoGen.Cli.Running;

/// <summary>The webhooks of a cluster, through grain references or over HTTP. What is asked of one that is not there is answered with false or null.</summary>
internal interface IWebhookBook
{
    /// <summary>Makes a webhook like this one, and answers with the secret that signs the notices to it.</summary>
    Task<string> CreateAsync(Webhook webhook, CancellationToken cancellationToken);

    Task<Webhooks> ListAsync(CancellationToken cancellationToken);

    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);

    Task<WebhookTest?> TestAsync(string name, CancellationToken cancellationToken);

    Task<bool> EnableAsync(string name, CancellationToken cancellationToken);

    Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request, CancellationToken cancellationToken);
}

/// <summary>Through grain references.</summary>
internal sealed class WebhookBook(IWebhooksGrain webhooks) : IWebhookBook
{
    public async Task<string> CreateAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        await webhooks.AddAsync(webhook).WaitAsync(cancellationToken);
        return webhook.Secret;
    }

    public Task<Webhooks> ListAsync(CancellationToken cancellationToken) => webhooks.ReadAsync().WaitAsync(cancellationToken);

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => webhooks.RemoveAsync(name).WaitAsync(cancellationToken);

    public Task<WebhookTest?> TestAsync(string name, CancellationToken cancellationToken) => webhooks.TestAsync(name).WaitAsync(cancellationToken);

    public Task<bool> EnableAsync(string name, CancellationToken cancellationToken) => webhooks.EnableAsync(name).WaitAsync(cancellationToken);

    public Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request, CancellationToken cancellationToken) =>
        webhooks.ReplayAsync(name, request).WaitAsync(cancellationToken);
}
