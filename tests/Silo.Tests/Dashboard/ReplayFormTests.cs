using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Silo.Dashboard.Acts;
using VideoGen.Silo.Dashboard.Notices;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>The form that sends notices again.</summary>
public sealed class ReplayFormTests
{
    [Fact]
    public async Task OfManyTasksAReplayGoesOnWhereItStopped()
    {
        var form = (await ReplayForm.Empty.GoOnAsync(new ManyTasks(1_250), "many"))!;
        Assert.Equal((1_000, 1_000, "1000"), (form.Tasks, form.Notices, form.After));
        Assert.Contains("1,000 notices of 1,000 tasks wait for webhook many again. There are more", form.Fields("many").ToString(), StringComparison.Ordinal);

        form = (await form.GoOnAsync(new ManyTasks(1_250), "many"))!;
        Assert.Equal((1_250, null), (form.Tasks, form.After));
    }

    [Fact]
    public void ATickedOptionHasNoValueOnTheCommandLine()
    {
        var line = ActForm.CommandLineOf(WebhookAct.Replay.Line, new ReplayForm("a b", true, null, 0, 0).Values("publisher")).ToString();

        Assert.Contains(">videogen webhook replay publisher --task &#x27;a b&#x27; --delivered</code>", line, StringComparison.Ordinal);
    }

    /// <summary>Each of so many tasks has one notice that failed.</summary>
    private sealed class ManyTasks(int count) : IWebhooksGrain
    {
        public Task<WebhookReplay?> ReplayAsync(string name, WebhookReplayRequest request)
        {
            var from = request.After is { } after ? int.Parse(after, CultureInfo.InvariantCulture) : 0;
            var end = Math.Min(count, from + WebhookReplayRequest.MaxTasks);
            return Task.FromResult<WebhookReplay?>(new WebhookReplay(end - from, end - from, end < count ? $"{end}" : null));
        }

        public Task<VideoGen.Tasks.Notices.Webhooks> ReadAsync() => throw new NotSupportedException();

        public Task AddAsync(Webhook webhook) => throw new NotSupportedException();

        public Task<bool> RemoveAsync(string name) => throw new NotSupportedException();

        public Task<bool> EnableAsync(string name) => throw new NotSupportedException();

        public Task NoteAsync(ImmutableArray<WebhookNote> notes) => throw new NotSupportedException();

        public Task<WebhookTest?> TestAsync(string name) => throw new NotSupportedException();
    }
}
