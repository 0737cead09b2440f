using System.Collections.Concurrent;
using VideoGen.Grains.Notices;
using VideoGen.Tasks.Notices;

namespace VideoGen.Grains.Tests.Notices;

/// <summary>A subscriber for each address, which answers as the test says and keeps what it was sent.</summary>
internal sealed class FakeSender : INoticeSender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<(string Url, NoticeMessage Message)> _sent = [];

    /// <summary>By the address and what came there so far.</summary>
    public Func<string, int, Task<NoticeAnswer>> Answer { get; set; } = static (_, _) => Task.FromResult(new NoticeAnswer(NoticeOutcome.Told));

    public IReadOnlyList<NoticeMessage> SentTo(string url) => [.. _sent.Where(sent => sent.Url == url).Select(sent => sent.Message)];

    public Task<NoticeAnswer> SendAsync(Webhook webhook, NoticeMessage message)
    {
        _sent.Enqueue((webhook.Url, message));
        return Answer(webhook.Url, SentTo(webhook.Url).Count);
    }

    public async Task<IReadOnlyList<NoticeMessage>> WaitForAsync(string url, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (SentTo(url).Count < count)
        {
            await Task.Delay(20, patience.Token);
        }

        return SentTo(url);
    }
}
