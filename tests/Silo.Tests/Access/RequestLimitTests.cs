using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Silo.Access;
using VideoGen.Tasks;

namespace VideoGen.Silo.Tests.Access;

/// <summary>Who asks for more than their share is told when to come back, and takes no memory.</summary>
public sealed class RequestLimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void ABucketIsFilledByTimeAlone()
    {
        var time = new FakeTimeProvider();
        var buckets = new Buckets(perSecond: 2, burst: 3, time);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(buckets.TryTake("a", out _));
        }

        Assert.False(buckets.TryTake("a", out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        time.Advance(wait);
        Assert.True(buckets.TryTake("a", out _));
        Assert.False(buckets.TryTake("a", out _));
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(buckets.TryTake("a", out _));
        }

        Assert.False(buckets.TryTake("a", out _));
    }

    [Fact]
    public void AHundredThousandCallersTakeNoMemory()
    {
        var buckets = new Buckets(perSecond: 1, burst: 1, TimeProvider.System);
        string[] names = [.. Enumerable.Range(0, 100_000).Select(i => $"invented-{i}")];
        buckets.TryTake("first", out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var name in names)
        {
            buckets.TryTake(name, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task StrangersAreToldWhenToComeBackAndAGoodKeyIsNotHeldUpByThem()
    {
        await using var silo = new LockedSilo(("Http:StrangersPerSecond", "0.5"));
        await silo.InitializeAsync();
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage answer;
        do
        {
            answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks", "vg_admin_invented");
            statuses.Add(answer.StatusCode);
        }
        while (answer.StatusCode == HttpStatusCode.Unauthorized && statuses.Count < 100);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        using var good = await silo.SendAsync(HttpMethod.Get, "/api/tasks", silo.First);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public void OneKeyMayHaveAllThatASmallSiloAnswers() => Assert.InRange(new HttpBounds().RequestsPerSecond, 40_000, 100_000);

    [Fact]
    public async Task WhoHasATokenOfOneTaskIsBoundedByItselfAndKeysAreNot()
    {
        await using var silo = new LockedSilo(("Http:SharedPerSecond", "0.5"));
        await silo.InitializeAsync();
        await VideoTask.CreateAsync(silo.Application, "shared");
        var token = silo.Application.Silo.Services.GetRequiredService<ReadTokens>().Create(TaskId.Parse("shared"), DateTimeOffset.UtcNow.AddHours(1));
        var statuses = new List<HttpStatusCode>();
        do
        {
            using var answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks/shared", token);
            statuses.Add(answer.StatusCode);
        }
        while (statuses[^1] == HttpStatusCode.OK && statuses.Count < 100);

        // Two at once, and one more for each two seconds that this took.
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Equal(HttpStatusCode.OK, statuses[1]);
        for (var i = 0; i < 20; i++)
        {
            using var good = await silo.SendAsync(HttpMethod.Get, "/api/tasks/shared", silo.First);
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        }
    }

    [Fact]
    public async Task StreamsAreBoundedForOneAndForAll()
    {
        await using var silo = new LockedSilo(("Http:EventStreams", "3"), ("Http:EventStreamsOfOne", "2"));
        await silo.InitializeAsync();
        await VideoTask.CreateAsync(silo.Application, "streams");
        var other = await silo.CreateKeyAsync(VideoGen.Tasks.Access.Role.Viewer);
        var open = new List<HttpResponseMessage>();
        foreach (var (key, status) in new[]
        {
            (silo.First, HttpStatusCode.OK), (silo.First, HttpStatusCode.OK), (silo.First, HttpStatusCode.TooManyRequests),
            (other, HttpStatusCode.OK), (other, HttpStatusCode.ServiceUnavailable),
        })
        {
            var answer = await silo.SendAsync(HttpMethod.Get, "/api/tasks/streams/events", key);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status != HttpStatusCode.OK, answer.Headers.RetryAfter is not null);
            open.Add(answer);
        }

        open.ForEach(answer => answer.Dispose());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var again = await silo.SendAsync(HttpMethod.Get, "/api/tasks/streams/events", other);
            if (again.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/healthz")]
    [InlineData("/healthz/ready")]
    public async Task WhatIsReadIsNotWritten(string path)
    {
        await using var silo = new SiloApplication();
        await silo.InitializeAsync();
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Delete, HttpMethod.Put })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await silo.Http.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }
}
