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
/// <param name="Now">By the grain's clock.</param>
/// <param name="HighestToken">The highest lease token that the task ever gave out (T7).</param>
/// <param name="TaskId">Whose record the decision is for, whether or not there is one.</param>
public readonly record struct DecisionContext(DateTimeOffset Now, long HighestToken, string TaskId);
