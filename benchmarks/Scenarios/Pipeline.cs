using System.Globalization;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Peers;
using VideoGen.Benchmarks.Report;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Scenarios;

/// <summary>
/// Whole pipelines whose stages do nothing: what it costs to hand out a stage, to begin it, to note its progress and its end, and to begin the next.
/// </summary>
internal static class Pipeline
{
    public static async Task RunAsync(Workbench bench, Rounds rounds)
    {
        Console.WriteLine(
            $"### pipeline: {PipelineLoad.Pipelines:N0} pipelines of {PipelineLoad.Stages} stages with one report each, {PipelineLoad.Slots} slots\n");
        await using var client = await VideoGenPipelines.StartAsync(bench, isClient: true);
        await using var inside = await VideoGenPipelines.StartAsync(bench, isClient: false);
        await using var postgres = await VideoGenPipelines.StartOnPostgresAsync(bench);
        await using var bull = await BullFlows.StartAsync(bench);
        await using var hangfire = await HangfireChains.StartAsync(bench);
        IPipelinePeer?[] peers = [client, inside, postgres, bull, hangfire];
        var rates = peers.Select(_ => new List<double>()).ToArray();
        for (var round = -PipelineLoad.WarmUp; round < rounds.Count; round++)
        {
            foreach (var (i, peer) in peers.Index())
            {
                if (peer is null || round < -peer.WarmUp)
                {
                    continue;
                }

                GC.Collect();
                var elapsed = await peer.RunAsync(peer.Pipelines);
                if (round >= 0)
                {
                    rates[i].Add(peer.Pipelines * PipelineLoad.Stages / elapsed.TotalSeconds);
                }
            }
        }

        var table = new Table("row", "stages/s", "from to", "acknowledged when");
        foreach (var (i, peer) in peers.Index())
        {
            if (peer is not null)
            {
                table.Add(peer.Name, Number(Rate(i)), $"{Number(rates[i].Min())} to {Number(rates[i].Max())}", peer.Durability);
            }
        }

        table.Print();
        Ratio.AtLeast("pipeline-bullmq", Rate(0) / Rate(3), 1.5, 5);
        Ratio.AtLeast("pipeline-in-the-silo-bullmq", Rate(1) / Rate(3), 1.5, 5);
        Ratio.AtLeast("pipeline-hangfire", Rate(0) / Rate(4), 5, 20);
        Ratio.AtLeast("pipeline-postgresql-hangfire", Rate(2) / Rate(4), 5, 20);

        double Rate(int row) => rates[row].Count == 0 ? double.NaN : Rounds.Median(rates[row]);
        static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }
}
