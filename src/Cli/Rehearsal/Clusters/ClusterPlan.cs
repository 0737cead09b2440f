using System.Collections.Immutable;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>What a rehearsed cluster consists of.</summary>
internal sealed record ClusterPlan
{
    /// <summary>The command as which a process of a rehearsal is a worker.</summary>
    public const string WorkerCommand = "rehearse-worker";

    public required int Silos { get; init; }

    public required int Workers { get; init; }

    /// <summary>The command line of a worker behind the name of the program, without its name and its cluster.</summary>
    public required ImmutableArray<string> WorkerArguments { get; init; }

    /// <summary>The folder of everything that is made, which belongs to the rehearsal alone.</summary>
    public required string Folder { get; init; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>Where tasks are: a disk of their own, so that it can be full while artifacts find room.</summary>
    public string Disk => Path.Combine(Folder, "disk");

    public string Database => Path.Combine(Disk, "tasks.db");

    public string Artifacts => Path.Combine(Data, "artifacts");
}
