using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    /// <summary>As in the Python system: out of range is clamped, and NaN counts as 0.</summary>
    public static double Clamp(double fraction) => double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1);

    /// <summary>
    /// What the report says of its whole stage: for a unit, its part of the whole. Each report carries the number of units itself, so that the sum of the
    /// shares depends on no order, even where reports do not agree on the number.
    /// </summary>
    internal static double Share(ReportProgress report) => report.Unit is null ? Clamp(report.Fraction) : Clamp(report.Fraction) / report.UnitCount;

    /// <summary>
    /// Joins a report into the stage. Fractions join by maximum, for each unit and for the whole; messages by <see cref="MessageRank"/>. Both
    /// joins are commutative, associative and idempotent, so reports in any order, doubled or late, end in the same state (T8).
    /// </summary>
    private static TaskDecision Report(TaskState state, ReportProgress report, DecisionContext context)
    {
        if (Objection(state, report.Stage, report.Token, context, out var stage) is { } objection)
        {
            return objection;
        }

        if (stage.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled)
        {
            return new TaskDecision.Unchanged($"Stage {stage.Name} is {stage.Status.ToWireName()}.");
        }

        if (report.Unit is { } unit && stage.Units is { Count: >= Limits.MaxUnits } units && units.ShareOf(unit) is null)
        {
            return TaskDecision.InvalidInput($"Stage {stage.Name} reports on {units.Count} units already, which is the most.");
        }

        var joined = Renewed(WithMessage(WithFraction(stage, report), MessageRank.Of(report)), report, context.Now);
        if (ReferenceEquals(joined, stage))
        {
            return new TaskDecision.Unchanged("The stage is that far already.");
        }

        var stages = state.Stages.With(joined);
        if (joined.Progress.Equals(stage.Progress))
        {
            return new TaskDecision.Changed(state with { Stages = stages });
        }

        stages = UpdateGroupOf(stages, stage.Name);
        return new TaskDecision.Changed(state with { Stages = stages, OverallProgress = MeanOf(stages) });
    }

    private static StageState WithFraction(StageState stage, ReportProgress report)
    {
        var fraction = Clamp(report.Fraction);
        if (report.Unit is null)
        {
            return fraction > stage.Progress ? stage with { Progress = fraction } : stage;
        }

        var units = stage.Units ?? UnitShares.None;
        var share = Share(report);
        if (units.ShareOf(report.Unit) is { } reached && share <= reached)
        {
            return stage;
        }

        units = units.With(report.Unit, share);
        var whole = Math.Min(1, Math.Round(units.Sum(), 12));
        return stage with { Units = units, Progress = Math.Max(stage.Progress, whole) };
    }

    private static StageState WithMessage(StageState stage, MessageRank said) => said.IsAbove(stage)
        ? stage with
        {
            Metadata = stage.Metadata.SetItem(StageState.MessageKey, JsonText.FromString(said.Text!)),
            ProgressSequence = said.Sequence,
            MessageProgress = said.Fraction,
        }
        : stage;

    /// <summary>What an attempt says with its end is joined before the end is decided, so it stands beside the end and never after it (T1, T8).</summary>
    private static StageState WithLastWord(StageState stage, LastProgress? last) =>
        last is null || stage.Status.IsFinished() ? stage : WithMessage(stage, MessageRank.Of(last));

    /// <summary>A lease is renewed in steps of a third of its length, so that heartbeats alone seldom cost a write.</summary>
    private static StageState Renewed(StageState stage, ReportProgress report, DateTimeOffset now) =>
        report.ExtendLease is { } duration && stage.Lease is { } lease && (now + duration - lease.ExpiresAt >= duration / 3 || lease.Takeovers > 0)
            ? stage with { Lease = lease with { ExpiresAt = now + duration, Duration = duration, Takeovers = 0 } }
            : stage;
}
