using System.Diagnostics;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Who gets how many starts of one queue, and how long a small tenant waits beside a large one.</summary>
internal static class Fair
{
    private const int Starts = 1_000;

    private const int Slots = 8;

    private const int Large = 50_000;

    private const int Small = 10;

    private static readonly TimeSpan StageLength = TimeSpan.FromMilliseconds(50);

    private static readonly (string Key, double Weight)[] Weighted = [("one", 1), ("two", 2), ("four", 4)];

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### fair: {Starts:N0} starts of keys of weight 1, 2 and 4; {Small} tasks beside {Large:N0}, {Slots} slots, stages of 50 ms\n");
        await using var silo = await QueueSilo.StartAsync();
        Ratio.AtMost("fair-largest-deviation-from-weights", await DeviationAsync(silo.Grains.GetGrain<IStageQueueGrain>("weights")), 0.05, 0.01);
        Ratio.AtMost("fair-small-tenant-longest-wait-in-stages", await LongestWaitAsync(silo.Grains.GetGrain<IStageQueueGrain>("tenants")), 2, 1);
        Console.WriteLine();
    }

    /// <summary>The largest difference between the starts of a key and its due, as a part of its due.</summary>
    private static async Task<double> DeviationAsync(IStageQueueGrain queue)
    {
        foreach (var (key, weight) in Weighted)
        {
            await queue.OfferAsync([.. Enumerable.Range(0, Starts).Select(i => Offer($"{key}-{i}", i, new FairShare(key, weight)))]);
        }

        await FullAsync(queue, Starts * Weighted.Length);
        var counts = Weighted.ToDictionary(entry => entry.Key, _ => 0);
        for (var i = 0; i < Starts; i++)
        {
            var taken = await queue.TakeAsync(Worker("w"), TimeSpan.FromSeconds(5));
            counts[taken!.FairShare!.Key]++;
        }

        var all = Weighted.Sum(entry => entry.Weight);
        return Weighted.Max(entry => Math.Abs((counts[entry.Key] * all / (Starts * entry.Weight)) - 1));
    }

    /// <summary>All slots are at work for the large tenant when the small one comes. Its longest wait, in lengths of a stage.</summary>
    private static async Task<double> LongestWaitAsync(IStageQueueGrain queue)
    {
        for (var i = 0; i < Large; i += 1_000)
        {
            await queue.OfferAsync([.. Enumerable.Range(i, 1_000).Select(j => Offer($"large-{j}", j, new FairShare("large")))]);
        }

        await FullAsync(queue, Large);
        var came = 0L;
        var waits = new List<TimeSpan>();
        using var done = new CancellationTokenSource();
        var slots = Enumerable.Range(0, Slots).Select(slot => Task.Run(() => WorkAsync(slot))).ToArray();
        await Task.Delay(StageLength * 4);
        came = Stopwatch.GetTimestamp();

        // One stage at a time, as a task has that is asked for now and then: each waits for a slot of its own.
        for (var i = 0; i < Small; i++)
        {
            await queue.OfferAsync([Offer($"small-{i}", Large + i, new FairShare("small"))]);
        }

        while (Count() < Small)
        {
            await Task.Delay(StageLength);
        }

        await done.CancelAsync();
        await Task.WhenAll(slots);

        // With one slot in two its own, the n-th of its tasks is due after n / (slots / 2) stages; what is more than that is waiting for others.
        return waits.Order().Select((wait, i) => (wait / StageLength) - (i / (Slots / 2))).Max();

        int Count()
        {
            lock (waits)
            {
                return waits.Count;
            }
        }

        async Task WorkAsync(int slot)
        {
            while (!done.IsCancellationRequested)
            {
                if (await queue.TakeAsync(Worker($"slot-{slot}"), TimeSpan.FromSeconds(1)) is { } taken)
                {
                    if (taken.FairShare!.Key == "small")
                    {
                        lock (waits)
                        {
                            waits.Add(Stopwatch.GetElapsedTime(came));
                        }
                    }

                    await Task.Delay(StageLength);
                }
            }
        }
    }

    private static async Task FullAsync(IStageQueueGrain queue, int count)
    {
        while ((await queue.InspectAsync()).Offers < count)
        {
            await Task.Delay(10);
        }
    }

    private static WorkerProfile Worker(string name) => new(new WorkerId(name, Guid.NewGuid()), ["work"], []);

    private static StageOffer Offer(string task, int seconds, FairShare share) =>
        new(TaskId.Parse(task), "work", 1, 0, DateTimeOffset.UnixEpoch.AddSeconds(seconds), []) { FairShare = share };
}
