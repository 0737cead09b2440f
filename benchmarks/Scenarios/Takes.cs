using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>Many offers in one queue, and many workers that take them: each call is one of a grain reference, as a worker in the silo makes it.</summary>
internal static class Takes
{
    private const int Offers = 100_000;

    private const int Kinds = 10;

    private const int Workers = 1_000;

    private const int Keys = 100;

    private const int Batch = 1_000;

    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine($"### takes: {Offers:N0} offers of {Kinds} kinds, {Workers:N0} waiting workers, {Keys} keys, 3 priorities\n");
        var samples = new List<Sample>();
        for (var round = -1; round < rounds.Count; round++)
        {
            await using var silo = await QueueSilo.StartAsync();
            GC.Collect();
            var sample = await DrainAsync(silo.Grains.GetGrain<IStageQueueGrain>("takes"));
            if (round >= 0)
            {
                samples.Add(sample);
            }
        }

        var rate = Rounds.Median(samples.Select(sample => sample.PerSecond));
        var table = new Table("row", "takes/s", "from to", "p50 ms", "p99 ms");
        table.Add(
            "VideoGen, one queue",
            Number(rate),
            $"{Number(samples.Min(sample => sample.PerSecond))} to {Number(samples.Max(sample => sample.PerSecond))}",
            Milliseconds(Rounds.Median(samples.Select(sample => sample.P50))),
            Milliseconds(Rounds.Median(samples.Select(sample => sample.P99))));
        table.Print();
        Ratio.AtLeast("takes-per-second", rate, 20_000, 50_000);

        static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
        static string Milliseconds(double microseconds) => (microseconds / 1_000).ToString("0.00", CultureInfo.InvariantCulture);
    }

    /// <summary>All workers wait, then the offers come, and each worker takes the next one at once.</summary>
    private static async Task<Sample> DrainAsync(IStageQueueGrain queue)
    {
        var left = Offers;
        var latencies = new List<double>[Workers];
        var offers = Enumerable.Range(0, Offers).Select(Offer).ToArray();
        for (var i = 0; i < Offers; i += Batch)
        {
            await queue.OfferAsync([.. offers.AsSpan(i, Batch)]);
        }

        while ((await queue.InspectAsync()).Offers < Offers)
        {
            await Task.Delay(10);
        }

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker))));
        return new Sample(latencies.SelectMany(list => list), Stopwatch.GetElapsedTime(started));

        async Task WorkAsync(int number)
        {
            var taken = latencies[number] = [];
            var profile = new WorkerProfile(new WorkerId($"worker-{number}", Guid.NewGuid()), [$"kind-{number % Kinds}", $"kind-{(number + 1) % Kinds}"], []);
            while (Volatile.Read(ref left) > 0)
            {
                var sent = Stopwatch.GetTimestamp();
                if (await queue.TakeAsync(profile, TimeSpan.FromMilliseconds(100)) is not null)
                {
                    taken.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
                    Interlocked.Decrement(ref left);
                }
            }
        }
    }

    private static StageOffer Offer(int number) =>
        new(TaskId.Parse($"task-{number}"), $"kind-{number % Kinds}:1", 1, number % 3, DateTimeOffset.UnixEpoch.AddSeconds(number), [])
        {
            FairShare = new FairShare($"tenant-{number % Keys}"),
        };
}
