using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>What a stage did with its time.</summary>
internal enum Spell
{
    /// <summary>It could have been started, and was not.</summary>
    Waited,

    /// <summary>A worker does it, or did it.</summary>
    Worked,

    /// <summary>An attempt that failed.</summary>
    Failed,

    /// <summary>An attempt that was lost with its worker.</summary>
    Lost,

    /// <summary>An attempt that was given back, handed back or interrupted.</summary>
    Dropped,
}

/// <summary>A stretch of time of a stage.</summary>
/// <param name="Spell">What it was.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended; now for one that goes on.</param>
/// <param name="Worker">Who worked; null for nobody.</param>
/// <param name="Attempt">The number of the attempt; 0 for none.</param>
/// <param name="Why">What ended it, for a person; null where there is nothing to say.</param>
internal sealed record Stretch(Spell Spell, DateTimeOffset From, DateTimeOffset To, string? Worker = null, int Attempt = 0, string? Why = null)
{
    public TimeSpan Length => To > From ? To - From : TimeSpan.Zero;
}

/// <summary>The life of one stage, as far as its task remembers it: waits and attempts in their order. Pure.</summary>
/// <param name="Stage">Which one; never a group, which has no work of its own.</param>
/// <param name="ReadyAt">When nothing of the task kept it any more; null while something does.</param>
/// <param name="Follows">The stage that ended last of those before it; null for none.</param>
/// <param name="Stretches">In the order of time, without overlaps.</param>
internal sealed record StageHistory(StageState Stage, DateTimeOffset? ReadyAt, StageState? Follows, ImmutableArray<Stretch> Stretches)
{
    public DateTimeOffset? End => Stretches.IsEmpty ? null : Stretches[^1].To;

    public static ImmutableArray<StageHistory> Of(TaskState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var members = state.Stages.Where(stage => stage.Name.Group is not null).ToLookup(stage => stage.Name.Group!.Value);
        return [.. state.Stages.Where(stage => stage.Plan is not { IsGroup: true }).Select(stage => Of(state, stage, members, now))];
    }

    private static StageHistory Of(TaskState state, StageState stage, ILookup<Tasks.StageName, StageState> members, DateTimeOffset now)
    {
        var group = stage.Name.Group is { } name && state.Stages.TryGet(name, out var owner) ? owner : null;

        // A member waits for what it names itself. One that names nothing was there as soon as what its group follows had ended.
        var own = stage.Plan?.Dependencies ?? [];
        var named = (own.IsEmpty ? group?.Plan?.Dependencies ?? [] : own)
            .SelectMany(dependency => state.Stages.TryGet(dependency, out var one) ? members[dependency].Append(one) : members[dependency])
            .Distinct()
            .ToList();
        var before = named.FindAll(one => one.Plan is not { IsGroup: true });
        var last = before.MaxBy(one => one.CompletedAt ?? DateTimeOffset.MaxValue);
        var ready = named.TrueForAll(one => one.Status == RunStatus.Completed || one is { Status: RunStatus.Failed, Plan.Critical: false })
            ? Later(last?.CompletedAt, state.CreatedAt)
            : default(DateTimeOffset?);
        return new StageHistory(stage, ready, last, StretchesOf(state, stage, ready, now));
    }

    private static ImmutableArray<Stretch> StretchesOf(TaskState state, StageState stage, DateTimeOffset? ready, DateTimeOffset now)
    {
        var attempts = (stage.FormerAttempts ?? [])
            .Where(attempt => attempt.StartedAt is not null)
            .Select(attempt => new Stretch(SpellOf(attempt.End), attempt.StartedAt!.Value, attempt.EndedAt, attempt.Worker, attempt.Attempt, attempt.Why))
            .ToList();
        if (stage is { StartedAt: { } started, Skipped: null } && (stage.Status == RunStatus.Completed || stage.Lease is not null))
        {
            var end = stage.CompletedAt ?? now;
            attempts.Add(new Stretch(Spell.Worked, started, end > started ? end : started, stage.CompletedBy ?? stage.Lease?.Worker.Name, stage.Attempt));
        }

        var stretches = ImmutableArray.CreateBuilder<Stretch>();
        var at = ready;
        foreach (var attempt in attempts.OrderBy(attempt => attempt.From))
        {
            if (at is { } since && attempt.From > since)
            {
                stretches.Add(new Stretch(Spell.Waited, since, attempt.From));
            }

            stretches.Add(attempt);
            at = Later(at, attempt.To);
        }

        // While a task is paused, no worker is waited for.
        var until = state.PausedAt ?? now;
        if (at is { } idle && stage is { Status: RunStatus.Pending, Lease: null } && ready is not null && !state.Status.IsFinished() && until > idle)
        {
            stretches.Add(new Stretch(Spell.Waited, idle, until));
        }

        return stretches.ToImmutable();
    }

    private static Spell SpellOf(string end) => end switch
    {
        FormerAttempt.Failed => Spell.Failed,
        FormerAttempt.Lost => Spell.Lost,
        _ => Spell.Dropped,
    };

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}
