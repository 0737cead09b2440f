using System.Collections.Immutable;

namespace VideoGen.Cli.Rehearsal.Verdicts;

internal enum VerdictKind
{
    Kept,
    Broken,
    NotTried,
}

/// <summary>What a rehearsal shows of one promise.</summary>
/// <param name="Promise"><c>T1</c> to <c>T10</c>.</param>
/// <param name="Kind">Whether it was kept.</param>
/// <param name="LookedAt">What was looked at, or why nothing was.</param>
/// <param name="Evidence">What breaks it: <see cref="MaxEvidence"/> of them, and whether there is more.</param>
internal sealed record Verdict(string Promise, VerdictKind Kind, string LookedAt, ImmutableArray<string> Evidence)
{
    public const int MaxEvidence = 5;

    /// <param name="promise">Which one.</param>
    /// <param name="lookedAt">What was looked at.</param>
    /// <param name="count">How many of them; none means that the promise was not tried.</param>
    /// <param name="broken">What breaks it.</param>
    public static Verdict Of(string promise, string lookedAt, long count, IEnumerable<string> broken)
    {
        var evidence = broken.Take(MaxEvidence + 1).ToImmutableArray();
        return evidence.Length > 0
            ? new Verdict(promise, VerdictKind.Broken, lookedAt, evidence.Length > MaxEvidence ? evidence.SetItem(MaxEvidence, "and more") : evidence)
            : new Verdict(promise, count > 0 ? VerdictKind.Kept : VerdictKind.NotTried, count > 0 ? lookedAt : $"nothing to look at: {lookedAt}", []);
    }
}
