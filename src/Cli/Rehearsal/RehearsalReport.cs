using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;

namespace VideoGen.Cli.Rehearsal;

/// <summary>What came out of a rehearsal.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="History">What was seen.</param>
/// <param name="Verdicts">One for each promise.</param>
/// <param name="Time">How long all of it took.</param>
internal sealed record RehearsalReport(RehearsalOptions Options, RehearsalHistory History, ImmutableArray<Verdict> Verdicts, TimeSpan Time)
{
    /// <summary>Kinds of blows that could not be struck here, and why.</summary>
    public ImmutableArray<string> NotTried { get; init; } = [];

    /// <summary>Where the logs and the store are; null when nothing was broken.</summary>
    public string? Remains { get; init; }

    /// <summary>Whether something was tried, and nothing of it was broken.</summary>
    public bool IsKept => Verdicts.Any(verdict => verdict.Kind == VerdictKind.Kept) && Verdicts.All(verdict => verdict.Kind != VerdictKind.Broken);
}
