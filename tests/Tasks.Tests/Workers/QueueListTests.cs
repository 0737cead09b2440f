using System.Collections.Immutable;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Tasks.Tests.Workers;

public sealed class QueueListTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AQueueWaitsWithAllItsKinds_SinceItsOldestTask()
    {
        var counts = QueueCounts.Of(
        [
            new ReadyCount("night", "draw", [], 3, Now.AddSeconds(-20)),
            new ReadyCount("default", "speak", [], 30, Now.AddSeconds(-41)),
            new ReadyCount("default", "draw", ["gpu"], 12, Now.AddSeconds(-90)),
        ]);

        Assert.Equal([new QueueCount("default", 42, Now.AddSeconds(-90)), new QueueCount("night", 3, Now.AddSeconds(-20))], counts.Queues);
        Assert.Equal(0, counts.LeftOut);
    }

    [Fact]
    public void OfTooManyQueues_ThoseWithMostAreCounted()
    {
        var counts = QueueCounts.Of(
            [.. Enumerable.Range(0, QueueCounts.MaxQueues + 2).Select(i => new ReadyCount($"q{i:0000}", "speak", [], i is 3 or 700 ? 1 : 2, Now))]);

        Assert.Equal((QueueCounts.MaxQueues, 2), (counts.Queues.Length, counts.LeftOut));
        Assert.DoesNotContain(counts.Queues, queue => queue.Queue is "q0003" or "q0700");
        Assert.Equal(counts.Queues.Select(queue => queue.Queue).Order(StringComparer.Ordinal), counts.Queues.Select(queue => queue.Queue));
    }

    [Fact]
    public void AQueueIsListed_WhenSomethingWaitsOrServesItOrIsSet()
    {
        var pause = new QueuePause("paused", "ada", "vendor down", Now.AddMinutes(-1), null);
        var settings = new ClusterSettings
        {
            Pauses = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal, [new("paused", pause), KeyValuePair.Create("over", pause with { Queue = "over", Until = Now })]),
            Backlogs = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("bounded", 7)]),
        };
        var counts = new QueueCounts([new QueueCount("waiting", 5, Now.AddHours(-1))], LeftOut: 4);

        var list = QueueList.Of(counts, settings, [Worker("served", "waiting", "waiting"), Worker("served")], Now);

        Assert.Equal(4, list.LeftOut);
        Assert.Equal(
            [
                new QueueSummary("bounded", 0, null, 0, null, 7),
                new QueueSummary("paused", 0, null, 0, pause, QueueBacklog.Usual),
                new QueueSummary("served", 0, null, 2, null, QueueBacklog.Usual),
                new QueueSummary("waiting", 5, Now.AddHours(-1), 1, null, QueueBacklog.Usual),
            ],
            list.Queues);
    }

    private static WorkerStatus Worker(params string[] queues) =>
        new(new WorkerReport(new WorkerProfile(new WorkerId("worker", Guid.NewGuid()), ["speak"], []), "1.0", 1, [.. queues], []), Now, false);
}
