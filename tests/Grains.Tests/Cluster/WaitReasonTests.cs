using System.Collections.Immutable;
using System.Text.RegularExpressions;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Tests;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>
/// Brings a stage into each obstacle that there is, and asks the cluster why it waits. An obstacle that is added without a situation here fails.
/// </summary>
public sealed partial class WaitReasonTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Kinds => [.. Enum.GetNames<ObstacleKind>()];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IClusterSettingsGrain Settings => silo.Grains.GetGrain<IClusterSettingsGrain>(0);

    private IWorkerRegistryGrain Registry => silo.Grains.GetGrain<IWorkerRegistryGrain>(0);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EachObstacle_IsToldAsItIs(string name)
    {
        var kind = Enum.Parse<ObstacleKind>(name);
        var queue = $"why-{name}";
        await MeetAsync(kind, queue);
        await Registry.LeaveAsync(WorkerOf(queue));
        await Registry.LeaveAsync(SuccessorOf(queue));
    }

    [Fact]
    public async Task ATaskThatIsNotThere_HasNoReasons() => Assert.Null(await silo.Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(TaskId.Parse("nobody")));

    [Fact]
    public async Task AFinishedTask_HasNoStageThatWaits()
    {
        await CreateAsync("why-done", "why-done");
        await silo.ExecuteAsync("why-done", new CancelTask());

        Assert.Empty((await silo.Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(TaskId.Parse("why-done")))!.Value);
    }

    private Task MeetAsync(ObstacleKind kind, string queue) => kind switch
    {
        ObstacleKind.TaskPaused => TaskPausedAsync(queue),
        ObstacleKind.TaskEnded => RefusedAsync(queue, "the task is cancelled", new CancelTask()),
        ObstacleKind.AtWork => RefusedAsync(queue, "worker worker-1 is doing it", Start()),
        ObstacleKind.Group => GroupAsync(queue),
        ObstacleKind.Ended => EndedAsync(queue),
        ObstacleKind.Aborted => AbortedAsync(queue),
        ObstacleKind.Dependency => DependencyAsync(queue),
        ObstacleKind.Delay => DelayAsync(queue),
        ObstacleKind.Alone => AloneAsync(queue),
        ObstacleKind.Worker => WorkerAsync(queue),
        ObstacleKind.QueuePaused => QueuePausedAsync(queue),
        ObstacleKind.NoWorker => NoWorkerAsync(queue),
        ObstacleKind.WorkersDrain => WorkersDrainAsync(queue),
        ObstacleKind.LimitFull => LimitFullAsync(queue),
        ObstacleKind.LimitLine => LimitLineAsync(queue),
        ObstacleKind.LimitRate => LimitRateAsync(queue),
        ObstacleKind.LimitRests => LimitRestsAsync(queue),
        ObstacleKind.LimitSettling => LimitSettlingAsync(),
        ObstacleKind.Turn => TurnAsync(queue),
        ObstacleKind.HandedOut => HandedOutAsync(queue),
        ObstacleKind.OnItsWay => OnItsWayAsync(queue),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This obstacle has no situation; add one."),
    };

    private async Task TaskPausedAsync(string queue)
    {
        await CreateAsync(queue, queue);
        await silo.ExecuteAsync(queue, new PauseTask());
        var since = (await silo.Task(queue).ReadAsync())!.ToState().PausedAt!.Value;

        Assert.Equal($"The task is paused since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}.", await WhyAsync(queue));
    }

    private async Task RefusedAsync(string queue, string clause, TaskCommand before)
    {
        await CreateAsync(queue, queue);
        await silo.ExecuteAsync(queue, before);

        Assert.Equal($"Stage work is not started: {clause}.", (await silo.ExecuteAsync(queue, Start())).Message);
    }

    private async Task GroupAsync(string queue)
    {
        await CreateAsync(queue, queue, new StageDefinition { Name = "parts", IsGroup = true, DependsOn = ["work"] });

        Assert.Equal(
            "Stage parts is not started: it is a group, of which only the members are started.", (await silo.ExecuteAsync(queue, Start("parts"))).Message);
    }

    private async Task EndedAsync(string queue)
    {
        await CreateAsync(queue, queue, Situations.Stage("later", "work") with { Queue = queue });
        await silo.ExecuteAsync(queue, new CompleteStage("work", (await silo.ExecuteAsync(queue, Start())).Lease!.Token));

        Assert.Equal("Stage work is not started: it is completed.", (await silo.ExecuteAsync(queue, Start())).Message);
    }

    private async Task AbortedAsync(string queue)
    {
        await CreateAsync(
            queue,
            queue,
            Situations.Stage("vital") with { Critical = true, Queue = queue },
            Situations.Stage("beside") with { Queue = queue });
        var vital = (await silo.ExecuteAsync(queue, Start("vital"))).Lease!;
        await silo.ExecuteAsync(queue, Start("beside"));
        await silo.ExecuteAsync(queue, new FailStage("vital", vital.Token, "broken"));

        Assert.Equal("Critical stage vital failed, so nothing more of the task is started.", await WhyAsync(queue));
    }

    private async Task DependencyAsync(string queue)
    {
        await CreateAsync(queue, queue, Situations.Stage("later", "work") with { Queue = queue });
        var token = (await silo.ExecuteAsync(queue, Start())).Lease!.Token;
        await silo.ExecuteAsync(queue, new ReportProgress("work", token, 0.4, null) { Durable = true });

        Assert.Equal("It waits for stage work, which is running (40 % on worker-1).", await WhyAsync(queue, "later"));
    }

    private async Task DelayAsync(string queue)
    {
        var patient = new RetryPolicy { FirstDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1), Jitter = 0 };
        await CreateAsync(queue, queue, retry: patient);
        var token = (await silo.ExecuteAsync(queue, Start())).Lease!.Token;
        await silo.ExecuteAsync(queue, new FailStage("work", token, "The vendor says 500.", Retryable: true));

        Assert.Matches(@"^It is tried again in 3[56]\d\d s after: The vendor says 500\.$", await WhyAsync(queue));
    }

    private async Task AloneAsync(string queue)
    {
        await CreateAsync(queue, queue);
        for (var i = 0; i < Limits.LostAttemptsBeforeAlone; i++)
        {
            await silo.ExecuteAsync(queue, new StartNow());
            await silo.ExecuteAsync(queue, Start());
            await silo.ExecuteAsync(queue, new DeclareWorkerLost(Situations.Worker.Name));
        }

        await silo.ExecuteAsync(queue, new StartNow());
        await ReportAsync(queue, stages: [new WorkerStage(TaskId.Parse("other"), "work", TimeSpan.Zero)]);

        Assert.Equal("It was lost with its worker 2 times, so it waits for a worker that does nothing beside it.", await WhyAsync(queue));
    }

    private Task CreateAsync(string task, string queue, params ImmutableArray<StageDefinition> others) => CreateAsync(task, queue, others, null, [], 0);

    private Task CreateAsync(string task, string queue, RetryPolicy retry) => CreateAsync(task, queue, [], retry, [], 0);

    private Task CreateAsync(string task, string queue, ImmutableArray<string> needs) => CreateAsync(task, queue, [], null, needs, 0);

    private Task CreateAsync(string task, string queue, int limit) => CreateAsync(task, queue, [], null, [], limit);

    private async Task CreateAsync(
        string task, string queue, ImmutableArray<StageDefinition> others, RetryPolicy? retry, ImmutableArray<string> needs, int limit)
    {
        var work = Situations.Stage("work") with
        {
            Queue = queue,
            Needs = needs,
            Retry = retry ?? RetryPolicy.Default,
            Limits = limit == 0 ? null : [new StageLimit(queue, limit)],
        };
        var reply = await silo.ExecuteAsync(
            task, new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, new PipelineDefinition { Name = "test", Stages = [work, .. others] }));
        Assert.False(reply.IsRefused, reply.Message);
    }

    private static StartStage Start(string stage = "work") => new(stage, Situations.Worker, TimeSpan.FromMinutes(5));

    private async Task<StageOffer> TakeAsync(string queue)
    {
        var profile = new WorkerProfile(Situations.Worker, ["work"], []);
        StageOffer? offer;
        do
        {
            offer = await silo.Grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(profile, TimeSpan.FromSeconds(20), Stop);
        }
        while (offer is null);

        return offer;
    }

    private async Task<string?> WhyAsync(string task, string stage = "work")
    {
        var waits = (await silo.Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(TaskId.Parse(task)))!.Value;
        return Assert.Single(waits, wait => wait.Stage == stage).Sentence;
    }

    /// <summary>What follows from words that are under way is said when they have come.</summary>
    private async Task SayAsync(string task, string pattern)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await WhyAsync(task) is var why && !Regex.IsMatch(why!, pattern))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"It says: {why}");
            await Task.Delay(100, Stop);
        }
    }

    private static WorkerId WorkerOf(string queue) => new($"of-{queue}", new Guid("0198c5f0-0000-7000-8000-000000000002"));

    /// <summary>The worker of that name, started once more.</summary>
    private static WorkerId SuccessorOf(string queue) => WorkerOf(queue) with { Incarnation = new Guid("0198c5f0-0000-7000-8000-000000000003") };

    private Task<WorkerOrders> ReportAsync(
        string queue,
        bool again = false,
        int slots = 1,
        ImmutableArray<WorkerStage>? stages = null,
        ImmutableArray<string>? capabilities = null,
        ImmutableArray<string>? problems = null) =>
        Registry.ReportAsync(
            new WorkerReport(new WorkerProfile(again ? SuccessorOf(queue) : WorkerOf(queue), ["work"], capabilities ?? []), "1", slots, [queue], stages ?? [])
            {
                Problems = problems ?? [],
            });
}
