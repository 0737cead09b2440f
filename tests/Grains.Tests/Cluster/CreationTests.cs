using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>What keeps a task from being created: a full queue, or a limit that nobody defined.</summary>
public sealed class CreationTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private IClusterSettingsGrain Settings => silo.Grains.GetGrain<IClusterSettingsGrain>(0);

    [Fact]
    public async Task AFullQueue_TakesNoNewTask_AndKnowsTheOldOnes()
    {
        await Settings.SetBacklogAsync("full", 3);
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => CreateAsync($"full-{i}", Situations.Stage("work") with { Queue = "full" })));

        Assert.Equal(3, replies.Count(reply => reply.Outcome == CommandOutcome.Applied));
        var refused = Assert.Single(replies.Where(reply => reply.IsRefused).DistinctBy(reply => reply.Reason));
        Assert.Equal((RefusalReason.QueueFull, TimeSpan.FromSeconds(30)), (refused.Reason, refused.RetryAfter));
        Assert.Matches(
            @"^Task full-\d+ is not created: 3 stages wait in queue full, which takes new tasks while fewer than 3 do\. Try again in 30 s\.$", refused.Message);

        // One that is there answers, full or not; so does one whose first stages wait elsewhere.
        var known = Array.FindIndex(replies, reply => reply.Outcome == CommandOutcome.Applied);
        Assert.Equal(CommandOutcome.Unchanged, (await CreateAsync($"full-{known}", Situations.Stage("work") with { Queue = "full" })).Outcome);
        var later = Situations.Stage("then", "first") with { Queue = "full" };
        Assert.Equal(CommandOutcome.Applied, (await CreateAsync("beside", Situations.Stage("first") with { Queue = "beside" }, later)).Outcome);

        await Settings.SetBacklogAsync("full", null);
        Assert.Equal(QueueBacklog.Usual, (await silo.Grains.GetGrain<IStageQueueGrain>("full").InspectAsync()).Most);
    }

    [Fact]
    public async Task ALimitThatNobodyDefined_IsRefusedWithWhatToDo()
    {
        var stage = Situations.Stage("speak") with { Limits = [new StageLimit("tts-vendro")] };
        var refused = await CreateAsync("unknown-limit", stage);
        Assert.Equal(RefusalReason.InvalidInput, refused.Reason);
        Assert.Equal(
            "Task unknown-limit is not created: its stage speak names limit tts-vendro, which nobody has defined. Define it with "
                + "'videogen limit set tts-vendro --max N', or take it out of the pipeline.",
            refused.Message);

        await Settings.SetLimitAsync(new LimitDefinition("tts-vendro") { MaxConcurrent = 1 });
        Assert.Equal(CommandOutcome.Applied, (await CreateAsync("unknown-limit", stage)).Outcome);

        // A limit may go while tasks wait; those that are there stay known.
        await Settings.RemoveLimitAsync("tts-vendro");
        Assert.Equal(CommandOutcome.Unchanged, (await CreateAsync("unknown-limit", stage)).Outcome);
    }

    [Fact]
    public async Task ABoundThatIsNone_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetBacklogAsync("a b", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetBacklogAsync("fine", 0));
        await Assert.ThrowsAsync<ArgumentException>(() => Settings.SetBacklogAsync("fine", QueueBacklog.Most + 1));
    }

    private Task<TaskReply> CreateAsync(string task, params StageDefinition[] stages) =>
        silo.ExecuteAsync(task, new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, Situations.Pipeline(stages)));
}
