using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Records;

namespace VideoGen.Cli.Rehearsal.Verdicts;

/// <summary>
/// Judges by what was seen from outside and by the last state of the store, with nothing of the code that is judged. A promise of which nothing was seen was
/// not tried.
/// </summary>
internal static class Judge
{
    public static ImmutableArray<Verdict> Of(RehearsalHistory history)
    {
        var updates = new UpdateJudge(history);
        var stages = new StageJudge(history);
        return [updates.T1(), updates.T2(), updates.T3(), updates.T4(), updates.T5(), stages.T6(), stages.T7(), stages.T8(), stages.T9(), T10(history)];
    }

    /// <summary>What is past a bound is refused, and the refusal names the bound.</summary>
    private static Verdict T10(RehearsalHistory history)
    {
        var taken =
            from command in history.Excessive
            where !command.IsRefused
            select $"{command.What} was taken: {command.Message}";
        var unnamed =
            from command in history.Excessive
            where command.IsRefused && command.Message?.Contains(command.Bound, StringComparison.Ordinal) != true
            select $"{command.What} was refused without a word of {command.Bound}: {command.Message}";
        return Verdict.Of("T10", $"{history.Excessive.Length} commands past a bound", history.Excessive.Length, taken.Concat(unnamed));
    }
}
