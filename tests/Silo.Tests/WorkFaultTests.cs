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
            var queue = app.Grains.GetGrain<IStageQueueGrain>(task);
            for (var waited = Stopwatch.StartNew(); (await queue.InspectAsync()).Offers == 0; await Task.Delay(20, Stop))
            {
                Assert.True(waited.Elapsed < Patience, $"The queue {task} has not heard of its stage.");
            }
        }

        var body = $$"""
            {"worker": "w", "incarnation": "{{Guid.NewGuid()}}", "kinds": ["draw"], "queues": ["{{Good}}", "{{Broken}}"], "slots": 2, "wait_s": 20}
            """;
        using var answer = await app.Http.PostAsync("/api/work", new StringContent(body, Encoding.UTF8, "application/json"), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([Good], (await JsonOf(answer)).GetProperty("work").EnumerateArray().Select(item => Text(item, "task_id")));
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
