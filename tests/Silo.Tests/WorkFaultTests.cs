using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using static VideoGen.Silo.Tests.HttpWorker;

namespace VideoGen.Silo.Tests;

/// <summary>A worker over HTTP asks for more than one stage, and one of them cannot be started.</summary>
public sealed class WorkFaultTests
{
    private const string Good = "fault-1";
    private const string Broken = "fault-2";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatWasTakenBeforeAFaultIsGiven()
    {
        await using var app = new SiloApplication();
        await app.StartAsync(http: true, store: builder =>
        {
            app.Store(builder);
            builder.Services.AddSingleton<IIncomingGrainCallFilter, BrokenStarts>();
        });
        var worker = new HttpWorker(app);
        foreach (var task in new[] { Good, Broken })
        {
            await worker.CreateAsync(task, "draw");
            await UntilAsync(app, task, queue => queue.Offers > 0);
        }

        using var answer = await AskAsync(app, slots: 2, Good, Broken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([Good], (await JsonOf(answer)).GetProperty("work").EnumerateArray().Select(item => Text(item, "task_id")));
    }

    /// <summary>A queue that fails after another one gave a lease must not keep that lease from its worker.</summary>
    [Fact]
    public async Task WhatWasTakenBeforeAQueueFailsIsGiven()
    {
        await using var app = new SiloApplication();
        await app.StartAsync(http: true, store: builder =>
        {
            app.Store(builder);
            builder.Services.AddSingleton<IIncomingGrainCallFilter, BrokenQueue>();
        });
        await new HttpWorker(app).CreateAsync(Good, "draw");
        await UntilAsync(app, Good, queue => queue.Offers > 0);

        using var answer = await AskAsync(app, slots: 2, Good, Broken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([Good], (await JsonOf(answer)).GetProperty("work").EnumerateArray().Select(item => Text(item, "task_id")));
        using var nothing = await AskAsync(app, slots: 1, Broken);
        Assert.Equal(HttpStatusCode.InternalServerError, nothing.StatusCode);
    }

    /// <summary>One who waits in two queues and wants one stage gets one; that of the other queue is for the next who asks.</summary>
    [Fact]
    public async Task WhoWaitsGetsWhatComesAndNoMore()
    {
        await using var app = new SiloApplication();
        await app.StartAsync(http: true);
        var worker = new HttpWorker(app);
        string[] queues = ["wait-1", "wait-2"];
        var asked = AskAsync(app, slots: 1, queues);
        foreach (var queue in queues)
        {
            await UntilAsync(app, queue, status => status.WaitingWorkers == 1);
        }

        await Task.WhenAll(queues.Select(queue => worker.CreateAsync(queue, "draw")));
        using var first = await asked;
        using var second = await AskAsync(app, slots: 1, queues);

        var given = new[] { await JsonOf(first), await JsonOf(second) }
            .SelectMany(answer => answer.GetProperty("work").EnumerateArray().Select(item => Text(item, "task_id"))).ToList();
        Assert.Equal(queues, given.Order());
    }

    /// <summary>What comes to one who waits and cannot be begun is said, and nothing of the other queues is lost by it.</summary>
    [Fact]
    public async Task WhatCannotBeBegunForOneWhoWaitsIsSaid()
    {
        await using var app = new SiloApplication();
        await app.StartAsync(http: true, store: builder =>
        {
            app.Store(builder);
            builder.Services.AddSingleton<IIncomingGrainCallFilter, BrokenStarts>();
        });
        var worker = new HttpWorker(app);
        var asked = AskAsync(app, slots: 1, Good, Broken);
        await UntilAsync(app, Good, status => status.WaitingWorkers == 1);
        await UntilAsync(app, Broken, status => status.WaitingWorkers == 1);
        await worker.CreateAsync(Broken, "draw");

        using var failed = await asked;
        await worker.CreateAsync(Good, "draw");
        using var next = await AskAsync(app, slots: 1, Good);

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal(Good, Text((await JsonOf(next)).GetProperty("work")[0], "task_id"));
    }

    private static async Task UntilAsync(SiloApplication app, string name, Func<QueueStatus, bool> isSo)
    {
        var queue = app.Grains.GetGrain<IStageQueueGrain>(name);
        for (var waited = Stopwatch.StartNew(); !isSo(await queue.InspectAsync()); await Task.Delay(20, Stop))
        {
            Assert.True(waited.Elapsed < Patience, $"The queue {name} is not as it should be.");
        }
    }

    private static Task<HttpResponseMessage> AskAsync(SiloApplication app, int slots, params string[] queues)
    {
        var names = string.Join("\", \"", queues);
        var body = $$"""
            {"worker": "w", "incarnation": "{{Guid.NewGuid()}}", "kinds": ["draw"], "queues": ["{{names}}"], "slots": {{slots}}, "wait_s": 20}
            """;
        return app.Http.PostAsync("/api/work", new StringContent(body, Encoding.UTF8, "application/json"), Stop);
    }

    private sealed class BrokenQueue : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) =>
            context.TargetId.Key.ToString() == Broken && context.MethodName == nameof(IStageQueueGrain.TakeAsync)
                ? throw new InvalidOperationException("It gives nothing.")
                : context.Invoke();
    }

    private sealed class BrokenStarts : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) =>
            context.TargetId.Key.ToString() == Broken
                && Enumerable.Range(0, context.Request.GetArgumentCount()).Any(i => context.Request.GetArgument(i) is StartStage)
                ? throw new InvalidOperationException("It cannot be started.")
                : context.Invoke();
    }
}
