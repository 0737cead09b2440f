using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Limits and pauses with real grains: what is refused, who is woken, and what holds over a restart.</summary>
public sealed class LimitTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly WorkerProfile Profile = new(Situations.Worker, ["work"], []);

    private IClusterSettingsGrain Settings => silo.Grains.GetGrain<IClusterSettingsGrain>(0);

    [Fact]
    public async Task ASlotThatBecomesFree_GoesToTheWorkerThatWaits()
    {
        await Settings.SetLimitAsync(new LimitDefinition("one-at-a-time") { MaxConcurrent = 1 });
        await CreateAsync("limited-1", "limited", "one-at-a-time");
        await CreateAsync("limited-2", "limited", "one-at-a-time");
        var first = (await TakeAsync("limited"))!;
        var lease = (await StartAsync(first)).Lease!;
        var second = TakeAsync("limited");

        // Whoever goes past the queue is refused by the task.
        var other = first.Task.Value == "limited-1" ? "limited-2" : "limited-1";
        var refused = await StartAsync(first with { Task = TaskId.Parse(other) });
        Assert.Equal(RefusalReason.InvalidState, refused.Reason);
        Assert.Equal(
            $"Stage work is not started: it waits for limit one-at-a-time, 1 of 1 taken by {first.Task}/work on {Situations.Worker.Name}.", refused.Message);
        Assert.False(second.IsCompleted);

        await silo.ExecuteAsync(first.Task.Value, new CompleteStage("work", lease.Token));
        var offer = await second.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(other, offer!.Task.Value);
        Assert.NotNull((await StartAsync(offer)).Lease);
        Assert.Equal(1, (await silo.Grains.GetGrain<ILimitGrain>("one-at-a-time").InspectAsync()).Used);
    }

    [Fact]
    public async Task AStageThatNamesTwoLimits_HoldsNeitherWhileItWaitsForOne()
    {
        await Settings.SetLimitAsync(new LimitDefinition("both-a") { MaxConcurrent = 1 });
        await Settings.SetLimitAsync(new LimitDefinition("both-b") { MaxConcurrent = 1 });
        await CreateAsync("both-1", "both", "both-b");
        await CreateAsync("both-2", "both", "both-a", "both-b");
        var first = await TakeAsync("both");
        Assert.Equal("both-1", first!.Task.Value);
        var lease = (await StartAsync(first)).Lease!;
        var second = TakeAsync("both");
        await CreateAsync("both-3", "both", "both-a");
        var third = await second.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal("both-3", third!.Task.Value);
        second = TakeAsync("both");
        var thirdLease = (await StartAsync(third)).Lease!;

        await silo.ExecuteAsync("both-1", new CompleteStage("work", lease.Token));
        await silo.ExecuteAsync("both-3", new CompleteStage("work", thirdLease.Token));
        Assert.Equal("both-2", (await second.WaitAsync(Patience, TestContext.Current.CancellationToken))!.Task.Value);
        Assert.NotNull((await StartAsync((await second)!)).Lease);
    }

    [Fact]
    public async Task ALeaseThatRunsOut_GivesItsSlotBack()
    {
        await Settings.SetLimitAsync(new LimitDefinition("lost-slot") { MaxConcurrent = 1 });
        await CreateAsync("lost-1", "lost", "lost-slot");
        Assert.NotNull((await StartAsync((await TakeAsync("lost"))!, TimeSpan.FromSeconds(1))).Lease);
        await CreateAsync("lost-2", "lost", "lost-slot");
        Assert.NotNull(await TakeAsync("lost"));
    }

    [Fact]
    public async Task ALimitThatIsRemoved_HoldsNothingBack()
    {
        await Settings.SetLimitAsync(new LimitDefinition("brief") { MaxConcurrent = 1 });
        await CreateAsync("brief-1", "brief", "brief");
        await CreateAsync("brief-2", "brief", "brief");
        Assert.NotNull((await StartAsync((await TakeAsync("brief"))!)).Lease);
        var second = TakeAsync("brief");
        Assert.True(await Settings.RemoveLimitAsync("brief"));
        Assert.NotNull((await StartAsync((await second.WaitAsync(Patience, TestContext.Current.CancellationToken))!)).Lease);
        Assert.False(await Settings.RemoveLimitAsync("brief"));
    }

    [Fact]
    public async Task AStageThatIsToldToComeAgainLater_HasItsLimitRest()
    {
        await Settings.SetLimitAsync(new LimitDefinition("vendor") { MaxConcurrent = 2 });
        await Settings.SetLimitAsync(new LimitDefinition("card") { MaxConcurrent = 2 });
        await CreateAsync("told-1", "told", "vendor", "card");
        var first = (await TakeAsync("told"))!;
        var lease = (await StartAsync(first)).Lease!;
        var refused = await silo.ExecuteAsync("told-1", Later(lease.Token + 1));
        Assert.Equal(RefusalReason.LeaseLost, refused.Reason);
        Assert.Equal(CommandOutcome.Applied, (await silo.ExecuteAsync("told-1", Later(lease.Token))).Outcome);

        // Of two others, only the one that does not ask the vendor is started.
        await CreateAsync("told-2", "told", "vendor");
        await CreateAsync("told-3", "told", "card");
        Assert.Equal("told-3", (await TakeAsync("told"))!.Task.Value);
        var start = await StartAsync(first with { Task = TaskId.Parse("told-2") });
        Assert.StartsWith("Stage work is not started: limit vendor rests until ", start.Message, StringComparison.Ordinal);
        Assert.EndsWith("Z because told-1/work was told to come again then: The vendor says 429.", start.Message, StringComparison.Ordinal);
        var vendor = await silo.Grains.GetGrain<ILimitGrain>("vendor").InspectAsync();
        Assert.Equal((0, true), (vendor.Used, vendor.RestsUntil > TimeProvider.System.GetUtcNow().AddMinutes(30)));
        Assert.Null((await silo.Grains.GetGrain<ILimitGrain>("card").InspectAsync()).RestsUntil);

        static FailStage Later(long token) =>
            new("work", token, "The vendor says 429.", Retryable: true) { RetryAfter = TimeSpan.FromHours(1), RestingLimit = "vendor" };
    }

    [Fact]
    public async Task APausedQueue_StartsNothingOnceThePauseIsAnswered()
    {
        await CreateAsync("paused-1", "to-pause");
        await CreateAsync("paused-2", "to-pause");
        var inHand = (await TakeAsync("to-pause"))!;
        await Settings.PauseQueueAsync(Pause("to-pause"));

        // The offer was handed out before the pause; its worker comes after it.
        var refused = await StartAsync(inHand);
        Assert.Equal(RefusalReason.InvalidState, refused.Reason);
        Assert.StartsWith("Stage work is not started: queue to-pause is paused by ada since ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(": vendor down.", refused.Message, StringComparison.Ordinal);
        var waiting = TakeAsync("to-pause");
        Assert.Equal("ada", (await silo.Grains.GetGrain<IStageQueueGrain>("to-pause").InspectAsync()).Pause!.By);
        Assert.False(waiting.IsCompleted);

        Assert.True(await Settings.ResumeQueueAsync("to-pause"));
        Assert.NotNull((await StartAsync((await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken))!)).Lease);
        Assert.False(await Settings.ResumeQueueAsync("to-pause"));
    }

    /// <summary>A silo that was just told that the queue is open does not ask again for a while. The pause is answered when that is over.</summary>
    [Fact]
    public async Task APause_IsAnsweredWhenNoSiloTakesTheQueueForOpenAnyMore()
    {
        await CreateAsync("open-1", "just-open");
        await CreateAsync("open-2", "just-open");
        var (first, second) = ((await TakeAsync("just-open"))!, (await TakeAsync("just-open"))!);
        Assert.NotNull((await StartAsync(first)).Lease);

        await Settings.PauseQueueAsync(Pause("just-open"));

        Assert.Equal(RefusalReason.InvalidState, (await StartAsync(second)).Reason);
    }

    [Fact]
    public async Task APauseWithAnEnd_EndsByItself()
    {
        await CreateAsync("brief-pause", "pause-ends");
        await Settings.PauseQueueAsync(Pause("pause-ends") with { Until = TimeProvider.System.GetUtcNow().AddSeconds(4) });
        Assert.NotNull((await StartAsync((await TakeAsync("pause-ends"))!)).Lease);
    }

    [Fact]
    public async Task StagesAtWork_GoOnWhileTheQueueIsPaused()
    {
        await CreateAsync("at-work", "pause-at-work");
        var lease = (await StartAsync((await TakeAsync("pause-at-work"))!)).Lease!;
        await Settings.PauseQueueAsync(Pause("pause-at-work"));
        Assert.Equal(CommandOutcome.Applied, (await silo.ExecuteAsync("at-work", new CompleteStage("work", lease.Token))).Outcome);
    }

    [Fact]
    public async Task BadSettings_AreRefusedByName()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetLimitAsync(new LimitDefinition("a b") { MaxConcurrent = 1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetLimitAsync(new LimitDefinition("empty")));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetLimitAsync(new LimitDefinition("none") { MaxConcurrent = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Settings.SetLimitAsync(new LimitDefinition("rate") { Rate = new StartRate(0, TimeSpan.FromMinutes(1)) }));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.PauseQueueAsync(Pause("a b")));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.PauseQueueAsync(Pause("fine") with { Reason = "" }));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.RemoveLimitAsync(null!));
    }

    private static QueuePause Pause(string queue) => new(queue, "ada", "vendor down", TimeProvider.System.GetUtcNow(), null);

    private Task<TaskReply> CreateAsync(string task, string queue, params string[] limits) => silo.ExecuteAsync(task, new CreateTask(
        TaskId.Parse(task),
        JsonText.EmptyObject,
        Situations.Pipeline(Situations.Stage("work") with { Queue = queue, Limits = [.. limits.Select(limit => new StageLimit(limit))] })));

    private Task<TaskReply> StartAsync(StageOffer offer, TimeSpan? lease = null) =>
        silo.ExecuteAsync(offer.Task.Value, new StartStage(offer.Stage, Situations.Worker, lease ?? TimeSpan.FromMinutes(5)));

    private async Task<StageOffer?> TakeAsync(string queue)
    {
        for (var i = 0; i < 3; i++)
        {
            var taking = silo.Grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(Profile, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            if (await taking is { } offer)
            {
                return offer;
            }
        }

        return null;
    }
}

/// <summary>What operators set outlives the silo.</summary>
public sealed class SettingsRestartTests
{
    [Fact]
    public async Task LimitsAndPauses_AreThereAfterTheSilosDeath()
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        var settings = silo.Grains.GetGrain<IClusterSettingsGrain>(0);
        await settings.SetLimitAsync(new LimitDefinition("gpu") { MaxConcurrent = 2, Rate = new StartRate(60, TimeSpan.FromMinutes(1)) });
        await settings.PauseQueueAsync(new QueuePause("default", "ada", "vendor down", TimeProvider.System.GetUtcNow(), null));
        await silo.RestartAsync(recover: false);

        settings = silo.Grains.GetGrain<IClusterSettingsGrain>(0);
        var read = await settings.ReadAsync();
        Assert.Equal(new LimitDefinition("gpu") { MaxConcurrent = 2, Rate = new StartRate(60, TimeSpan.FromMinutes(1)) }, Assert.Single(read.Limits).Value);
        Assert.Equal("ada", Assert.Single(read.Pauses).Value.By);
        var pipeline = Situations.Pipeline(Situations.Stage("work"));
        await silo.ExecuteAsync("held", new CreateTask(TaskId.Parse("held"), JsonText.EmptyObject, pipeline));
        var refused = await silo.ExecuteAsync("held", new StartStage("work", Situations.Worker, TimeSpan.FromMinutes(5)));
        Assert.Contains("queue default is paused by ada", refused.Message, StringComparison.Ordinal);
        Assert.NotNull((await silo.Grains.GetGrain<IStageQueueGrain>("default").InspectAsync()).Pause);
    }
}
