using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Notices;
using VideoGen.Silo.Webhooks;
using VideoGen.Tasks.Notices;

namespace VideoGen.Silo.Tests.Webhooks;

/// <summary>How one notice leaves a silo: what is sent, where it may go, and how long it may take.</summary>
public sealed class WebhookSenderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);
    private Subscriber _subscriber = null!;

    public async ValueTask InitializeAsync() => _subscriber = await Subscriber.StartAsync();

    public ValueTask DisposeAsync() => _subscriber.DisposeAsync();

    [Fact]
    public async Task WhatIsSentIsSignedAndSaysWhenItLeft()
    {
        using var sender = new WebhookSender(new WebhookOptions(AllowPrivate: true), _clock);
        var webhook = HookAt("/signed");
        var message = MessageOf("{\"type\":\"task.created\"}") with { Missed = 3 };

        Assert.Equal(NoticeOutcome.Told, (await sender.SendAsync(webhook, message)).Outcome);
        var received = Assert.Single(_subscriber.At("/signed"));
        Assert.True(received.IsSignedBy(webhook.Secret));
        Assert.False(received.IsSignedBy(WebhookSecret.Create()));
        Assert.Equal(("msg_1", $"{Now.ToUnixTimeSeconds()}", "3"), (received.Id, received.Timestamp, received.Missed));
        Assert.Equal("{\"type\":\"task.created\"}", received.Body);
    }

    [Theory]
    [InlineData(200, NoticeOutcome.Told)]
    [InlineData(202, NoticeOutcome.Told)]
    [InlineData(302, NoticeOutcome.Failed)]
    [InlineData(400, NoticeOutcome.Failed)]
    [InlineData(410, NoticeOutcome.Gone)]
    [InlineData(500, NoticeOutcome.Failed)]
    public async Task AnAnswerIsTakenByItsStatusAlone_AndNoRedirectIsFollowed(int status, NoticeOutcome outcome)
    {
        using var sender = new WebhookSender(new WebhookOptions(AllowPrivate: true), _clock);
        _subscriber.Answers[$"/{status}"] = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = _subscriber.UrlOf("/elsewhere");
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        };
        var answer = await sender.SendAsync(HookAt($"/{status}"), MessageOf("{}"));
        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(outcome == NoticeOutcome.Told, answer.Problem is null);
        Assert.Equal(status is 400 or 500 ? TimeSpan.FromSeconds(7) : null, answer.RetryAfter);
        Assert.Empty(_subscriber.At("/elsewhere"));
    }

    [Fact]
    public async Task ASubscriberThatDoesNotAnswerIsLeftAfterTenSeconds_AndWithholdsNoPlaceFromAnother()
    {
        using var sender = new WebhookSender(new WebhookOptions(AllowPrivate: true), _clock);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _subscriber.Answers["/held"] = _ => held.Task;
        _subscriber.Answers["/silent"] = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var (silent, other) = (HookAt("/silent"), HookAt("/other"));
        var before = Many(silent with { Url = _subscriber.UrlOf("/held") });
        await _subscriber.WaitForAsync("/held", WebhookOptions.MaxOnTheWay);

        // All wait for a place since now. Those that get one five seconds later have ten seconds from then on, so the last one gives up before them.
        var sent = Many(silent);
        var late = sender.SendAsync(silent, MessageOf("{}"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        held.SetResult();
        Assert.All(await Task.WhenAll(before), answer => Assert.Equal(NoticeOutcome.Told, answer.Outcome));
        await _subscriber.WaitForAsync("/silent", WebhookOptions.MaxOnTheWay);

        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(NoticeOutcome.NotTried, (await late).Outcome);
        Assert.All(sent, one => Assert.False(one.IsCompleted));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal("It did not answer within 10 s.", answer.Problem));
        Assert.Equal(NoticeOutcome.Told, (await sender.SendAsync(other, MessageOf("{}"))).Outcome);

        List<Task<NoticeAnswer>> Many(Webhook to) => [.. Enumerable.Range(0, WebhookOptions.MaxOnTheWay).Select(_ => sender.SendAsync(to, MessageOf("{}")))];
    }

    [Fact]
    public async Task AnEndlessAnswerIsNotReadToItsEnd()
    {
        using var sender = new WebhookSender(new WebhookOptions(AllowPrivate: true), _clock);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _subscriber.Answers["/endless"] = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            var piece = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                }
            }
            finally
            {
                ended.SetResult();
            }
        };
        Assert.Equal(NoticeOutcome.Told, (await sender.SendAsync(HookAt("/endless"), MessageOf("{}"))).Outcome);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task OnlyASiloThatWasToldSoSendsToAPrivateAddress()
    {
        using var strict = new WebhookSender(new WebhookOptions(AllowPrivate: false), _clock);
        var port = new Uri(_subscriber.UrlOf("/")).Port;
        foreach (var host in new[] { "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1", "10.0.0.1", "169.254.169.254" })
        {
            var answer = await strict.SendAsync(HookAt("/") with { Url = $"https://{host}:{port}/private" }, MessageOf("{}"));
            Assert.Equal(NoticeOutcome.Failed, answer.Outcome);
            Assert.Contains("is no address of the Internet", answer.Problem, StringComparison.Ordinal);
        }

        Assert.Contains("https alone", (await strict.SendAsync(HookAt("/private"), MessageOf("{}"))).Problem, StringComparison.Ordinal);
        Assert.Empty(_subscriber.At("/private"));
        using var lax = new WebhookSender(new WebhookOptions(AllowPrivate: true), _clock);
        Assert.Equal(NoticeOutcome.Told, (await lax.SendAsync(HookAt("/private"), MessageOf("{}"))).Outcome);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.255.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    public void AnAddressIsOfTheInternetOrItIsNot(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.IsPublic(IPAddress.Parse(address)));

    private static NoticeMessage MessageOf(string body) => new("msg_1", Encoding.UTF8.GetBytes(body));

    private Webhook HookAt(string path) => new("hook", path, _subscriber.UrlOf(path), WebhookSecret.Create(), Now);
}
