using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>What a command means for a task: a change, nothing, or a refusal. What follows from a change is read off the stored document.</summary>
public abstract record TaskDecision
{
    private TaskDecision()
    {
    }

    /// <param name="Next">The new state, with the version still to be raised; null when the task is deleted.</param>
    /// <param name="Lease">The lease that was given out, if any.</param>
    public sealed record Changed(TaskState? Next, StageLease? Lease = null) : TaskDecision;

    /// <param name="Why">For a person.</param>
    public sealed record Unchanged(string Why) : TaskDecision;

    /// <param name="Reason">For a program.</param>
    /// <param name="Why">For a person.</param>
    public sealed record Refused(RefusalReason Reason, string Why) : TaskDecision;

    internal static Refused NotFound(string why) => new(RefusalReason.NotFound, why);

    internal static Refused InvalidState(string why) => new(RefusalReason.InvalidState, why);

    internal static Refused InvalidInput(string why) => new(RefusalReason.InvalidInput, why);

    internal static Refused LeaseLost(string why) => new(RefusalReason.LeaseLost, why);
}

/// <summary>What a decision may know besides the state.</summary>
/// <param name="Now">By the clock of the activation (what happens in a task happens in this order, whatever the wall clock does meanwhile).</param>
/// <param name="HighestToken">The highest lease token that the task ever gave out (T7).</param>
/// <param name="TaskId">Whose record the decision is for, whether or not there is one.</param>
public readonly record struct DecisionContext(DateTimeOffset Now, long HighestToken, string TaskId)
{
    /// <summary>By the clock on the wall: deadlines and delays are promises to people, who look at that one. <see cref="Now"/> unless it is set.</summary>
    public DateTimeOffset Wall
    {
        get => field == default ? Now : field;
        init;
    }

    /// <summary>
    /// The stage that its queue, and its limits if it has some, let the caller begin: with a start, or with the completion of another one. None where they were
    /// not asked.
    /// </summary>
    public StageName Granted { get; init; }

    /// <summary>When leases end, by what the activation has heard; null where their stored ends are all that is known.</summary>
    internal LeaseTerms? Leases { get; init; }

    internal bool IsOver(StageState stage) => UntilEndOf(stage) <= TimeSpan.Zero;

    /// <summary>How long the lease of the stage still holds; null when it has none.</summary>
    internal TimeSpan? UntilEndOf(StageState stage)
    {
        if (stage.Lease is not { } lease)
        {
            return null;
        }

        var left = (Leases?.EndOf(stage.Name, lease) ?? lease.ExpiresAt) - Now;
        var leftOnTheWall = lease.ExpiresAt - Wall;
        return lease.Takeovers >= Limits.MaxTakeovers && leftOnTheWall < left ? leftOnTheWall : left;
    }
}
