using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>What a type refuses does not come in over the gateway either: it is refused in words, leaves nothing behind, and the next call is served.</summary>
public sealed class ForgedValueTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> NoIds =>
        [
            "../../x", ".hidden", "a..b", "a/b", "a\\b", "a\0b", "a b", "a\nb", "ünïcode", "..", ".",
            new string('x', 5_000), new string('x', TaskId.MaxLength + 1),
        ];

    public static TheoryData<string> NoJson =>
        ["{},\"status\":\"completed\"", "{not json", "", "{", "{}{}", "{\"a\":1,\"a\":2}", "// {}", "\"\\ud800\"", new string('[', 70) + new string(']', 70)];

    [Theory]
    [MemberData(nameof(NoIds))]
    public async Task AnIdThatIsNone_IsRefusedWhereverItStands(string text)
    {
        var records = silo.Store.Count;

        var read = await RefusedAsync(() => silo.Grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(Forged.Id(text)));
        var create = await silo.ExecuteAsync("innocent", new CreateTask(Forged.Id(text), JsonText.EmptyObject, null));

        Assert.Contains("task id", read.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalReason.InvalidInput, create.Reason);
        Assert.Contains("task id", create.Message, StringComparison.Ordinal);
        Assert.Equal(records, silo.Store.Count);
        await AnInnocentCallIsServedAsync();
    }

    [Fact]
    public async Task AMissingId_IsRefused()
    {
        Assert.Contains("task id", (await RefusedAsync(() => silo.Grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(default))).Message, StringComparison.Ordinal);
        await AnInnocentCallIsServedAsync();
    }

    [Theory]
    [MemberData(nameof(NoIds))]
    public async Task AKeyThatIsNoId_ActivatesNoTask(string key)
    {
        var records = silo.Store.Count;
        var task = silo.Task(key);

        var replies = new[]
        {
            await silo.ExecuteAsync(key, new AddStage("a")),
            await silo.ExecuteAsync(key, new SaveTask(0, JsonText.Parse("{\"task_id\":\"innocent\"}"))),
            await silo.ExecuteAsync(key, new CreateTask(TaskId.Parse("innocent"), JsonText.EmptyObject, null)),
        };
        var read = await RefusedAsync(task.ReadAsync);
        var watch = await RefusedAsync(async () =>
        {
            await foreach (var _ in task.WatchAsync(0, TestContext.Current.CancellationToken))
            {
            }
        });
        await task.PokeAsync();

        Assert.All(replies, reply => Assert.Equal(RefusalReason.InvalidInput, reply.Reason));
        Assert.All(replies, reply => Assert.Contains("task id", reply.Message, StringComparison.Ordinal));
        Assert.Contains("task id", read.Message, StringComparison.Ordinal);
        Assert.Contains("task id", watch.Message, StringComparison.Ordinal);
        Assert.Equal(records, silo.Store.Count);
        await AnInnocentCallIsServedAsync();
    }

    [Theory]
    [MemberData(nameof(NoJson))]
    public async Task JsonThatIsNone_IsRefusedInEveryCommandThatCarriesIt(string text)
    {
        var task = await CreateAsync();
        await silo.ExecuteAsync(task, new AddStage("a"));
        var before = await silo.Task(task).ReadAsync();
        var fresh = NewId();

        var refusals = new[]
        {
            await silo.ExecuteAsync(fresh, new CreateTask(TaskId.Parse(fresh), Forged.Json(text), null)),
            await silo.ExecuteAsync(task, new CompleteStage("a", null) { TaskResult = Forged.Json(text) }),
            await silo.ExecuteAsync(task, new SaveTask(before!.Version, Forged.Json(text))),
        };

        Assert.All(refusals, refusal => Assert.Equal(RefusalReason.InvalidInput, refusal.Reason));
        Assert.All(refusals, refusal => Assert.Contains("JSON", refusal.Message, StringComparison.Ordinal));
        Assert.Null(await silo.Task(fresh).ReadAsync());
        Assert.Equal(before!.Json, (await silo.Task(task).ReadAsync())!.Json);
        await AnInnocentCallIsServedAsync();
    }

    [Fact]
    public async Task CommandsThatLackWhatTheyNeed_AreRefusedInWordsAndChangeNothing()
    {
        var task = await CreateAsync();
        var before = await silo.Task(task).ReadAsync();
        foreach (var command in MalformedCommands.For(TaskId.Parse(task)))
        {
            var reply = await silo.ExecuteAsync(task, command!);
            Assert.True(reply.Reason == RefusalReason.InvalidInput, $"{command}: {reply}");
            Assert.False(string.IsNullOrWhiteSpace(reply.Message), $"{command}");
            Assert.DoesNotContain(reply.Message!, char.IsControl);
        }

        Assert.True((await silo.Task(task).ExecuteAsync(default, new AddStage("a"))).IsRefused);
        Assert.Equal(before!.Json, (await silo.Task(task).ReadAsync())!.Json);
        await AnInnocentCallIsServedAsync();
    }

    [Fact]
    public async Task TheStateOfAnotherTask_IsRefusedAndTheOthersOfItsBatchAreStored()
    {
        var victim = NewId();
        string[] tasks = [.. Enumerable.Range(0, 12).Select(_ => NewId())];

        var replies = await Task.WhenAll(tasks.Select((task, index) =>
            silo.ExecuteAsync(task, new SaveTask(0, JsonText.Parse($$"""{"task_id":"{{(index == 5 ? victim : task)}}"}""")))));

        Assert.Equal(RefusalReason.InvalidInput, replies[5].Reason);
        Assert.Equal($"The state is that of task {victim}, not of {tasks[5]}.", replies[5].Message);
        Assert.Null(await silo.Task(tasks[5]).ReadAsync());
        Assert.Null(await silo.Task(victim).ReadAsync());
        Assert.All(replies.Where((_, index) => index != 5), reply => Assert.Equal(CommandOutcome.Applied, reply.Outcome));
    }

    [Fact]
    public async Task OffersThatAreMalformed_ReachNoWorker()
    {
        var queue = silo.Grains.GetGrain<IStageQueueGrain>($"queue-{Guid.NewGuid():N}");
        var good = Offer("good");
        var waiting = queue.TakeAsync(Worker, Patience, TestContext.Current.CancellationToken);

        // An offer is not answered; what comes of it is seen in what the worker gets.
        await queue.OfferAsync([null!, good with { Stage = default }, good with { Needs = default }]);
        await queue.OfferAsync([good with { Needs = [null!] }, good with { Stage = Forged.Stage("kind:\u001b[2J") }]);
        await queue.OfferAsync([good with { Task = Forged.Id("../../x") }]);
        await queue.OfferAsync([good with { Task = default }]);
        await queue.OfferAsync(default);
        await queue.OfferAsync([good with { Stage = Forged.Stage("") }, good]);

        Assert.Equal("good", (await waiting)!.Task.Value);
        Assert.Equal(new QueueStatus(0, 0), await queue.InspectAsync());
    }

    [Fact]
    public async Task ProfilesThatAreMalformed_AreRefusedAndTheQueueServesOn()
    {
        var queue = silo.Grains.GetGrain<IStageQueueGrain>($"queue-{Guid.NewGuid():N}");
        foreach (var profile in (WorkerProfile[])
        [
            Worker with { Worker = null! },
            Worker with { Worker = new WorkerId(null!, Guid.NewGuid()) },
            Worker with { Worker = new WorkerId("a\u001b[2Jb", Guid.NewGuid()) },
            Worker with { Worker = new WorkerId(new string('x', Limits.MaxWorkerName + 1), Guid.NewGuid()) },
            Worker with { Kinds = default },
            Worker with { Kinds = [null!] },
            Worker with { Kinds = ["a b"] },
            Worker with { Capabilities = default },
            Worker with { Capabilities = [null!] },
            Worker with { Capabilities = ["a\0b"] },
            Worker with { Capabilities = [.. Enumerable.Repeat("gpu", WorkerProfile.MaxEntries + 1)] },
        ])
        {
            var refusal = await RefusedAsync(() => queue.TakeAsync(profile, TimeSpan.Zero, TestContext.Current.CancellationToken));
            Assert.Contains("orker", refusal.Message, StringComparison.Ordinal);
        }

        await RefusedAsync(() => queue.TakeAsync(null!, TimeSpan.Zero, TestContext.Current.CancellationToken));
        await queue.OfferAsync([Offer("good")]);
        Assert.Equal("good", (await queue.TakeAsync(Worker, Patience, TestContext.Current.CancellationToken))!.Task.Value);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a:b:c")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task AKeyThatIsNoNameOfAQueue_HoldsNoOffers(string key)
    {
        var queue = silo.Grains.GetGrain<IStageQueueGrain>(key);
        await queue.OfferAsync([Offer("good")]);
        Assert.Contains("queue", (await RefusedAsync(queue.InspectAsync)).Message, StringComparison.Ordinal);
        var take = await RefusedAsync(() => queue.TakeAsync(Worker, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.Contains("queue", take.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueriesOutOfBounds_AreRefusedAndTheNextIsAnswered()
    {
        var index = silo.Grains.GetGrain<ITaskIndexGrain>(0);
        var query = new TaskQuery();
        foreach (var odd in (TaskQuery[])
        [
            null!,
            query with { PageSize = 0 },
            query with { PageSize = int.MaxValue },
            query with { Statuses = [(RunStatus)99] },
            query with { Pipeline = "a\0b" },
            query with { Pipeline = new string('x', 10_000) },
            query with { IdPrefix = "a\nb" },
            query with { IdPrefix = new string('x', 10_000) },
            query with { Label = default(KeyValuePair<string, string>) },
            query with { Label = new("key", null!) },
            query with { Label = new("a\u001bb", "value") },
            query with { After = new string('x', 10_000) },
        ])
        {
            Assert.False(string.IsNullOrWhiteSpace((await RefusedAsync(() => index.QueryAsync(odd))).Message));
            await RefusedAsync(() => index.CountAsync(odd));
        }

        await RefusedAsync(() => index.CountWaitingAsync("a\nb"));
        await RefusedAsync(() => index.CountWaitingAsync(new string('x', 10_000)));

        var task = await CreateAsync();
        var page = await index.QueryAsync(query with { Statuses = default, PageSize = TaskQuery.MaxPageSize });
        Assert.Contains(page.Tasks, found => found.TaskId.Value == task);
    }

    private static WorkerProfile Worker { get; } = new(new WorkerId("worker", Guid.NewGuid()), ["kind"], []);

    private static StageOffer Offer(string task) => new(TaskId.Parse(task), "kind:1", 1, 0, DateTimeOffset.UnixEpoch, []);

    private static string NewId() => $"forged-{Guid.NewGuid():N}";

    private static async Task<ArgumentException> RefusedAsync(Func<Task> call)
    {
        // At once: whoever is not answered would wait for half a minute.
        var refusal = await Assert.ThrowsAnyAsync<ArgumentException>(() => call().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(refusal.Message, char.IsControl);
        return refusal;
    }

    private async Task<string> CreateAsync()
    {
        var task = NewId();
        var reply = await silo.ExecuteAsync(task, new CreateTask(TaskId.Parse(task), JsonText.EmptyObject, null));
        Assert.Equal(CommandOutcome.Applied, reply.Outcome);
        return task;
    }

    private async Task AnInnocentCallIsServedAsync()
    {
        var task = await CreateAsync();
        Assert.Equal(1, (await silo.Grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(TaskId.Parse(task)))!.Version);
    }
}
