using System.Collections.Immutable;

namespace VideoGen.Tasks.Queries;

/// <summary>
/// What the clock and the queues must know of a task. It is a function of the state, and is stored in the same transaction, so nothing has to be kept in
/// memory for a task that waits (T9).
/// </summary>
/// <param name="Ready">In the order of the task.</param>
/// <param name="NextDue">When time alone changes the task, rounded up by <see cref="Round"/>; null for never.</param>
public sealed record TaskSchedule(ImmutableArray<ReadyStage> Ready, DateTimeOffset? NextDue)
{
    /// <summary>The slots of limits that its stages at work take, in the order of the task.</summary>
    public ImmutableArray<LimitHolder> Held { get; init; } = [];

    /// <summary>
    /// Moments are stored in whole steps of this, so that the renewal of a lease seldom changes what is stored. A task in memory keeps the exact moment.
    /// </summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    public static TaskSchedule Nothing { get; } = new([], null);

    /// <summary>The first stored moment that is not before that one.</summary>
    public static DateTimeOffset? Round(DateTimeOffset? moment)
    {
        if (moment is not { } exact)
        {
            return null;
        }

        var over = exact.UtcTicks % Step.Ticks;
        return over == 0 || exact.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Step.Ticks
            ? exact.ToUniversalTime()
            : new DateTimeOffset(exact.UtcTicks - over + Step.Ticks, TimeSpan.Zero);
    }
}

/// <summary>A stage that is at work, and counts against a limit for as long as it is.</summary>
/// <param name="Limit">Its name.</param>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">The full name.</param>
/// <param name="Worker">The name of the holder of the lease.</param>
/// <param name="Weight">Slots that it takes.</param>
/// <param name="Expires">When the lease ends, rounded up by <see cref="TaskSchedule.Round"/>.</param>
public sealed record LimitHolder(string Limit, TaskId Task, StageName Stage, string Worker, int Weight, DateTimeOffset Expires);
