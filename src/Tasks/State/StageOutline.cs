using System.Collections.Immutable;

namespace VideoGen.Tasks.State;

/// <summary>
/// What the rules make of the stages of a task, progress aside: maps that differ in progress alone share it, so that a report does not look at all stages.
/// Positions are those of <see cref="StageMap"/>.
/// </summary>
/// <param name="waiting">Stages that may start as soon as their delay is over and the task goes on.</param>
/// <param name="leased">Stages that a worker holds a lease on.</param>
/// <param name="isAborted">A critical stage failed for good.</param>
internal sealed class StageOutline(ImmutableArray<int> waiting, ImmutableArray<int> leased, bool isAborted)
{
    public ImmutableArray<int> Waiting => waiting;

    public ImmutableArray<int> Leased => leased;

    public bool IsAborted => isAborted;

    /// <summary>Whether a stage that takes the place of another leaves all of this as it is.</summary>
    public static bool IsSame(StageState before, StageState after) =>
        before.Status == after.Status
        && before.Lease is null == after.Lease is null
        && ReferenceEquals(before.Plan, after.Plan);
}
