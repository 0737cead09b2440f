using VideoGen.Cli.Rehearsal.Clusters;
using VideoGen.Cli.Rehearsal.Loads;

namespace VideoGen.Cli.Rehearsal;

internal sealed record RehearsalOptions
{
    public required RehearsedPipeline Pipeline { get; init; }

    /// <summary>How long the cluster is struck.</summary>
    public required TimeSpan Time { get; init; }

    public required int Silos { get; init; }

    public required int Workers { get; init; }

    /// <summary>Of the order of the blows, and of whom they meet.</summary>
    public required int Seed { get; init; }

    /// <summary>The folder of the rehearsal. What is in it stays when something was broken.</summary>
    public required string Folder { get; init; }

    public ClusterPlan ToPlan() => new()
    {
        Silos = Silos,
        Workers = Workers,
        WorkerArguments = [ClusterPlan.WorkerCommand, "--lease", $"{Pipeline.Lease.TotalSeconds:0}s", .. Pipeline.WorkerArguments],
        Folder = Folder,
    };
}
