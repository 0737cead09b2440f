using System.Collections.Immutable;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>All that was seen from outside while the cluster was struck, and what the store holds in the end.</summary>
internal sealed record RehearsalHistory
{
    public ImmutableArray<SentUpdate> Updates { get; init; } = [];

    public ImmutableArray<SeenState> Reads { get; init; } = [];

    public ImmutableArray<WorkerWord> Words { get; init; } = [];

    public ImmutableArray<SeenProgress> Progress { get; init; } = [];

    public ImmutableArray<ShuffledReports> Shuffled { get; init; } = [];

    public ImmutableArray<ForgedCommand> Forged { get; init; } = [];

    public ImmutableArray<SeenEnd> Ends { get; init; } = [];

    public ImmutableArray<LateCommand> Late { get; init; } = [];

    public ImmutableArray<ExcessiveCommand> Excessive { get; init; } = [];

    /// <summary>Tasks with a pipeline that were created.</summary>
    public ImmutableArray<string> Submitted { get; init; } = [];

    public ImmutableArray<Blow> Blows { get; init; } = [];

    /// <summary>When silos said that they had been taken for dead, whoever kept them from answering: a blow, or a machine that is too busy.</summary>
    public ImmutableArray<TimeSpan> ToldDead { get; init; } = [];

    public ImmutableArray<FinalTask> Finals { get; init; } = [];
}

/// <summary>What was done to the cluster.</summary>
/// <param name="At">When, from the start of the rehearsal on.</param>
/// <param name="What">In words.</param>
/// <param name="WentOnAfter">How long it took until every writer was acknowledged again and a stage completed; null when that was not so in time.</param>
internal sealed record Blow(TimeSpan At, string What, TimeSpan? WentOnAfter)
{
    public int Kills { get; init; }

    public int Stops { get; init; }

    public int Cuts { get; init; }

    public int FullDisks { get; init; }

    /// <summary>When a silo woke that the others had taken for dead; null for other blows.</summary>
    public TimeSpan? WokeAt { get; init; }
}
