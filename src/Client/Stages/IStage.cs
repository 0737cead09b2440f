using System.Collections.Immutable;

namespace VideoGen.Client.Stages;

/// <summary>
/// The code of one kind of stage. One instance serves every task of its process at the same time, so it keeps nothing between calls:
/// what it needs is in the context, what it makes goes into the result.
/// </summary>
public interface IStage
{
    /// <summary>The kind of stage that this code does: the part of a stage's name before the colon.</summary>
    string Kind { get; }

    /// <summary>
    /// What this machine lacks to do the work, in sentences for a person: a program, a folder, a device. Empty when it lacks nothing. A worker asks before it
    /// takes stages of this kind, and after each failure: what is missing here is no failure of the stage, which goes to another worker then.
    /// </summary>
    Task<ImmutableArray<string>> CheckNeedsAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<string>.Empty);

    /// <summary>Does the work once. It may be called again for the same stage after a failure or a lost worker, with a higher attempt.</summary>
    /// <exception cref="StageFailedException">The work failed for a reason that a person can act on.</exception>
    /// <exception cref="OperationCanceledException">The task was cancelled or paused, or this worker lost the stage.</exception>
    Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken);
}
