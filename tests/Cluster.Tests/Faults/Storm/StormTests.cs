using System.Diagnostics;
using System.Globalization;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests.Faults.Storm;

/// <summary>
/// Kills, stops and cut links under load, one after the other and some beside each other: updates, pipelines, a limit with two slots, and a queue that is
/// paused meanwhile. VIDEOGEN_KILLS asks for a long one with so many kills, and VIDEOGEN_SEED for the same order again.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    private static readonly int? Kills = Setting("VIDEOGEN_KILLS");

    private readonly Random _random = new(Setting("VIDEOGEN_SEED") ?? 1);
    private int _kills;
    private int _stops;
    private int _cuts;
    private int _pauses;

    [Fact]
    public async Task NothingIsLostOrDoubledAndNoSlotLeaksInAStorm()
    {
        var clock = Stopwatch.StartNew();
        await using var storm = await StormCluster.StartAsync(TimeSpan.FromMilliseconds(50));
        await using var work = await StormWork.StartAsync(storm.Updates.Redis.Address);
        await using var limit = new LimitWatch(storm.Database, StormWork.Limit);
        if (Kills is { } kills)
        {
            while (_kills < kills)
            {
                await BlowAsync(storm, work, _random.Next(10));
                output.WriteLine($"{clock.Elapsed:mm\\:ss} {_kills} kills, {_stops} stops, {_cuts} cuts, {_pauses} pauses, {work.Tasks} tasks");
            }
        }
        else
        {
            foreach (var blow in new[] { 0, 6, 5, 9 })
            {
                await BlowAsync(storm, work, blow);
            }
        }

        await work.CheckAsync(storm.WorkerLines, storm.Artifacts);
        var acknowledged = storm.Updates.Acknowledged;
        await storm.Updates.AssertNothingIsLostOrDoubledAsync();
        Assert.InRange(limit.Most, 1, StormWork.Slots);
        Assert.Equal(0, limit.Read());
        output.WriteLine(
            $"{_kills} kills, {_stops} stops, {_cuts} cuts, {_pauses} pauses; {work.Tasks} tasks, {work.Stages} stages, {acknowledged} updates: "
            + $"0 lost, 0 doubled; {limit.Looks} looks at the limit: at most {limit.Most} of {StormWork.Slots} slots taken, none in the end; "
            + $"{clock.Elapsed.TotalSeconds:0} s");
    }

    private async Task BlowAsync(StormCluster storm, StormWork work, int kind)
    {
        var worker = _random.Next(StormCluster.Workers);
        var silo = _random.Next(StormCluster.Silos);
        switch (kind)
        {
            case 0 or 1 or 2:
                KillWorker(storm, worker);
                await storm.Updates.GoesOnAsync();
                break;
            case 3:
                // Past its lease of two seconds, while another one dies.
                _stops++;
                var asleep = storm.StopWorkerAsync(worker, TimeSpan.FromSeconds(3));
                KillWorker(storm, (worker + 1) % StormCluster.Workers);
                await asleep;
                break;
            case 4:
                _stops++;
                await storm.StopUpdaterAsync(worker, TimeSpan.FromSeconds(2));
                break;
            case 5:
                KillWorker(storm, worker);
                _kills++;
                await storm.KillSiloAsync(silo);
                break;
            case 6:
                // A worker sleeps past its lease while links are cut and come back.
                _stops++;
                _cuts += 2;
                await Task.WhenAll(
                    storm.StopWorkerAsync(worker, TimeSpan.FromSeconds(3)),
                    storm.CutGatewayAsync(silo, TimeSpan.FromSeconds(1)),
                    storm.CutSiloAsync(1 - silo, TimeSpan.FromSeconds(2)));
                break;
            case 7:
                _stops++;
                await storm.StopSiloAsync(silo, TimeSpan.FromSeconds(2));
                break;
            case 8:
                _stops++;
                await storm.StopSiloForGoodAsync(silo);
                break;
            default:
                await PauseAsync(storm, work, worker, silo);
                break;
        }
    }

    /// <summary>A queue is paused and stays so, although a worker and a silo are killed meanwhile.</summary>
    private async Task PauseAsync(StormCluster storm, StormWork work, int worker, int silo)
    {
        _pauses++;
        await work.PauseAsync();
        await UntilQuietAsync(storm);
        var begun = StormWork.BegunIn(storm.WorkerLines);
        KillWorker(storm, worker);
        if (Kills is not null)
        {
            _kills++;
            await storm.KillSiloAsync(silo);
        }

        await storm.Updates.GoesOnAsync();
        Assert.Equal(begun, StormWork.BegunIn(storm.WorkerLines));
        await work.ResumeAsync();
    }

    /// <summary>What was begun before the pause has been said, and nothing holds a slot any more.</summary>
    private static async Task UntilQuietAsync(StormCluster storm)
    {
        var before = -1;
        while (StormWork.BegunIn(storm.WorkerLines) is var begun && begun != before)
        {
            before = begun;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private void KillWorker(StormCluster storm, int worker)
    {
        _kills++;
        storm.KillWorker(worker);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
