using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queries;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>What keeps a stage from outside of its task: queues, workers and limits.</summary>
public sealed partial class WaitReasonTests
{
    private async Task WorkerAsync(string queue)
    {
        await CreateAsync(queue, queue);
        var state = (await silo.Task(queue).ReadAsync())!.ToState();

        Assert.Equal($"It waits for a worker of queue {queue}.", Assert.Single(StageReadiness.Explain(state, TimeProvider.System.GetUtcNow())).Sentence);
    }

    private async Task QueuePausedAsync(string queue)
    {
        await CreateAsync(queue, queue);
        var pause = new QueuePause(queue, "ada", "vendor down", Situations.Start, null);
        await Settings.PauseQueueAsync(pause);

        Assert.Equal($"Queue {queue} is paused by ada since 2026-01-01 12:00:00Z: vendor down.", await WhyAsync(queue));
    }

    private async Task NoWorkerAsync(string queue)
    {
        await CreateAsync(queue, queue, needs: ["gpu"]);
        Assert.Matches($@"^No worker of queue {queue} with gpu does work since \S+ \S+Z at least; 0 workers are alive\.$", await WhyAsync(queue));

        await ReportAsync(queue, capabilities: ["gpu"]);
        await Registry.LeaveAsync(WorkerOf(queue));
        await ReportAsync(queue, again: true, problems: ["The driver of the card is missing."]);

        Assert.Matches(
            $@"^No worker of queue {queue} with gpu does work since \S+ \S+Z \(of-{queue} was the last\); 1 worker is alive\. The driver of the card",
            await WhyAsync(queue));
    }

    private async Task WorkersDrainAsync(string queue)
    {
        await CreateAsync(queue, queue);
        await ReportAsync(queue);
        await Registry.DrainAsync($"of-{queue}");

        Assert.Equal($"All workers of queue {queue} that do work take nothing more (of-{queue}).", await WhyAsync(queue));
    }

    private async Task LimitFullAsync(string queue)
    {
        await Settings.SetLimitAsync(new LimitDefinition(queue) { MaxConcurrent = 2 });
        await CreateAsync($"{queue}-first", queue, limit: 2);
        await CreateAsync(queue, queue, limit: 1);
        var offer = await TakeAsync(queue);
        Assert.Equal($"{queue}-first", offer.Task.Value);
        await silo.ExecuteAsync(offer.Task.Value, Start());
        await ReportAsync(queue);

        Assert.Equal($"It waits for limit {queue}, 2 of 2 taken by {queue}-first/work on worker-1.", await WhyAsync(queue));
    }

    private async Task LimitLineAsync(string queue)
    {
        var limit = silo.Grains.GetGrain<ILimitGrain>(queue);
        await Settings.SetLimitAsync(new LimitDefinition(queue) { MaxConcurrent = 2 });
        while (await limit.UseAsync(new SlotUse(TaskId.Parse("holder"), "work", queue, 1, "w")) is not null)
        {
            await Task.Delay(50, Stop);
        }

        var waiting = limit.AcquireAsync("elsewhere", 2, TimeSpan.FromSeconds(20), Stop);
        await CreateAsync(queue, queue, limit: 1);
        await ReportAsync(queue);

        Assert.Equal($"It waits in line for limit {queue} behind 1 other, the first of which needs 2 slots; 1 of 2 are taken.", await WhyAsync(queue));
        await limit.EndAsync(TaskId.Parse("holder"), "work");
        Assert.True(await waiting.WaitAsync(Patience, Stop));
    }

    private async Task LimitRateAsync(string queue)
    {
        await Settings.SetLimitAsync(new LimitDefinition(queue) { Rate = new StartRate(1, TimeSpan.FromDays(1)) });
        await CreateAsync(queue, queue, limit: 1);
        await ReportAsync(queue);

        await SayAsync(queue, $@"^It waits for limit {queue}, which allows 1/86400s: the next one may start at \S+ \S+Z\.$");
    }

    private async Task LimitRestsAsync(string queue)
    {
        await Settings.SetLimitAsync(new LimitDefinition(queue) { MaxConcurrent = 2 });
        await silo.Grains.GetGrain<ILimitGrain>(queue).RestAsync(TimeSpan.FromHours(1), "429 of the vendor");
        await CreateAsync(queue, queue, limit: 1);
        await ReportAsync(queue);

        await SayAsync(queue, $@"^Limit {queue} rests until \S+ \S+Z because 429 of the vendor\.$");
    }

    private static Task LimitSettlingAsync()
    {
        var slots = new SlotBook(new FakeTimeProvider());
        slots.Define(new LimitDefinition("gpu") { MaxConcurrent = 2 });
        Assert.Equal("It waits for limit gpu, which has just come up and finds out who holds its slots.", slots.Obstacle(1)?.Sentence);
        return Task.CompletedTask;
    }

    private async Task TurnAsync(string queue)
    {
        await CreateAsync($"{queue}-1", queue);
        await CreateAsync($"{queue}-2", queue);
        await CreateAsync(queue, queue);
        await ReportAsync(queue, slots: 2);

        await SayAsync(queue, $"^It waits behind 2 others in queue {queue} for the one worker that does such stages, which does 0 stages in 2 slots\\.$");
        Assert.StartsWith("It is the next one in queue ", await WhyAsync($"{queue}-1"), StringComparison.Ordinal);
    }

    private async Task HandedOutAsync(string queue)
    {
        await CreateAsync(queue, queue);
        await ReportAsync(queue);
        Assert.Equal(queue, (await TakeAsync(queue)).Task.Value);

        // The queue believes so for some seconds only; a machine that is busier than that takes it again.
        while (await WhyAsync(queue) is var why && why != $"A worker of queue {queue} has just taken it, and is about to start it.")
        {
            Assert.Matches("^(It is the next one|Word of it is on its way)", why);
            await TakeAsync(queue);
        }
    }

    private async Task OnItsWayAsync(string queue)
    {
        await CreateAsync(queue, queue);
        var stage = (await silo.Task(queue).ReadAsync())!.ToState().Stages[0];
        Assert.Equal(
            $"Word of it is on its way to queue {queue}, which looks for what it missed every few seconds.",
            WaitReasons.OfTurn(stage, new QueuePlace(false, false, 0, IsExact: true), []).Sentence);
    }
}
