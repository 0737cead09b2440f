using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Queues;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Queues;

/// <summary>In which order a queue hands out what waits: by priority, by the shares of keys, and by age.</summary>
public sealed class StageQueueOrderTests
{
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Guid Incarnation = new("0198c5f0-0000-7000-8000-000000000001");

    private readonly FakeTimeProvider _time = new();
    private readonly StageQueue _queue;

    public StageQueueOrderTests() => _queue = new StageQueue(_time);

    [Fact]
    public async Task Offers_AreTakenByPriorityThenAge()
    {
        _queue.Offer(Offer("late", minutes: 5));
        _queue.Offer(Offer("early", minutes: 1));
        _queue.Offer(Offer("early-too", minutes: 1));
        _queue.Offer(Offer("urgent", minutes: 9, priority: 1));
        Assert.Equal(["urgent", "early", "early-too", "late"], [await TakeAsync(), await TakeAsync(), await TakeAsync(), await TakeAsync()]);
        Assert.Equal(0, _queue.Count);
    }

    /// <summary>The first scene of a film is drawn before the last one is spoken, so that it can be watched while the rest is made.</summary>
    [Fact]
    public async Task OfOneTask_TheUnitThatComesFirstGoesFirst()
    {
        var both = Worker() with { Kinds = ["voice", "picture"] };
        _queue.Offer(Offer("film") with { Stage = "voice:scene-003" });
        _queue.Offer(Offer("film") with { Stage = "voice:scene-002" });
        _queue.Offer(Offer("younger", minutes: 1) with { Stage = "voice:scene-001" });
        _queue.Offer(Offer("film") with { Stage = "picture:scene-001" });
        _queue.Offer(Offer("film") with { Stage = "voice" });

        var taken = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            taken.Add((await _queue.TakeAsync(both, TimeSpan.Zero, TestContext.Current.CancellationToken))?.Stage.Value);
        }

        Assert.Equal(["voice", "picture:scene-001", "voice:scene-002", "voice:scene-003", "voice:scene-001"], taken);
    }

    [Fact]
    public async Task Offer_ThatIsThereWithAnotherPriority_TakesTheNewOne()
    {
        _queue.Offer(Offer("first"));
        _queue.Offer(Offer("second"));
        _queue.Offer(Offer("third", priority: 1));
        _queue.Offer(Offer("second", priority: 2));
        _queue.Offer(Offer("third", priority: 0));

        Assert.Equal(3, _queue.Count);
        Assert.Equal(["second", "first", "third"], [await TakeAsync(), await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task Shares_AreServedByTheirWeights()
    {
        foreach (var (key, weight) in (ReadOnlySpan<(string, double)>)[("one", 1), ("two", 2), ("four", 4)])
        {
            for (var i = 0; i < 1_000; i++)
            {
                _queue.Offer(Offer($"{key}-{i}", minutes: i, share: key, weight: weight));
            }
        }

        var starts = new Dictionary<string, int> { ["one"] = 0, ["two"] = 0, ["four"] = 0 };
        for (var i = 0; i < 700; i++)
        {
            starts[(await TakeAsync())!.Split('-')[0]]++;
        }

        Assert.Equal((100, 200, 400), (starts["one"], starts["two"], starts["four"]));
    }

    [Fact]
    public async Task ATenantWithTenTasks_WaitsForTwoStagesAtMostBesideOneWithFiftyThousand()
    {
        for (var i = 0; i < 50_000; i++)
        {
            _queue.Offer(Offer($"large-{i}", share: "large"));
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.StartsWith("large", await TakeAsync(), StringComparison.Ordinal);
        }

        for (var i = 0; i < 10; i++)
        {
            _queue.Offer(Offer($"small-{i}", minutes: 60, share: "small"));
        }

        var before = new List<int>();
        for (var i = 0; before.Count < 10; i++)
        {
            if ((await TakeAsync())!.StartsWith("small", StringComparison.Ordinal))
            {
                before.Add(i);
            }
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => 2 * i), before);
    }

    [Fact]
    public async Task AKeyThatComesBack_NeitherSavesUpTurnsNorLosesAny()
    {
        for (var i = 0; i < 100; i++)
        {
            _queue.Offer(Offer($"a-{i}", share: "a"));
        }

        _queue.Offer(Offer("b-0", share: "b"));
        for (var i = 0; i < 41; i++)
        {
            await TakeAsync();
        }

        for (var i = 1; i < 10; i++)
        {
            _queue.Offer(Offer($"b-{i}", share: "b"));
        }

        var served = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            served.Add((await TakeAsync())!.Split('-')[0]);
        }

        Assert.Equal(4, served.Count(key => key == "b"));
    }

    [Fact]
    public async Task Priority_GoesBeforeShares()
    {
        _queue.Offer(Offer("a-0", share: "a", priority: 1));
        _queue.Offer(Offer("a-1", share: "a", priority: 1));
        _queue.Offer(Offer("b-0", share: "b"));
        Assert.Equal(["a-0", "a-1", "b-0"], [await TakeAsync(), await TakeAsync(), await TakeAsync()]);
    }

    /// <summary>Whatever comes and goes, each take is the best by a plain reading of the order, and nothing is lost or doubled.</summary>
    [Fact]
    public async Task AnyMix_IsServedAsAPlainListWouldBe()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var queue = new StageQueue(_time);
            var waiting = new List<StageOffer>();
            for (var i = 0; i < 400; i++)
            {
                if (random.Next(2) == 0)
                {
                    string[] needs = random.Next(3) == 0 ? ["gpu"] : [];
                    var age = random.Next(50);
                    var offer = Offer($"t{age % 20}", age, random.Next(-2, 3), needs) with { Stage = $"{(random.Next(2) == 0 ? "kind" : "other")}:{i:000}" };
                    waiting.Add(offer);
                    queue.Offer(offer);
                }
                else
                {
                    var worker = Worker(random.Next(2) == 0 ? ["gpu"] : []) with { Kinds = random.Next(2) == 0 ? ["kind"] : ["kind", "other"] };
                    var best = waiting.Where(worker.CanDo)
                        .OrderByDescending(offer => offer.Priority).ThenBy(offer => offer.TaskCreatedAt)
                        .ThenBy(offer => offer.Task.Value, StringComparer.Ordinal).ThenBy(offer => offer.Stage.Unit, StringComparer.Ordinal)
                        .FirstOrDefault();
                    var taken = await queue.TakeAsync(worker, TimeSpan.Zero, TestContext.Current.CancellationToken);
                    Assert.Equal(best, taken);
                    waiting.Remove(best!);
                }

                Assert.Equal(waiting.Count, queue.Count);
            }
        }
    }

    private async Task<string?> TakeAsync() => (await _queue.TakeAsync(Worker(), TimeSpan.Zero, TestContext.Current.CancellationToken))?.Task.Value;

    private static WorkerProfile Worker(params string[] capabilities) => new(new WorkerId("w", Incarnation), ["kind"], [.. capabilities]);

    private static StageOffer Offer(string task, int minutes = 0, int priority = 0, params string[] needs) =>
        new(TaskId.Parse(task), "kind:1", 1, priority, Created.AddMinutes(minutes), [.. needs]);

    private static StageOffer Offer(string task, string share, double weight = 1, int minutes = 0, int priority = 0) =>
        Offer(task, minutes, priority) with { FairShare = new FairShare(share, weight) };
}
