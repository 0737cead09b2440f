using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>A part of the time that a task took.</summary>
/// <param name="Kind">A class of its own for the colour.</param>
/// <param name="Title">For a person.</param>
/// <param name="Time">How long.</param>
internal sealed record TimePart(string Kind, string Title, TimeSpan Time);

/// <summary>
/// Where the time of a task went. It follows the chain of stages that ended last, from the end back to the creation: what is not on it made nobody wait. The
/// parts add up to all the time. Pure.
/// </summary>
internal static class TimeSpent
{
    public const string Waiting = "waited";

    public const string Lost = "lost";

    public const string Worked = "worked";

    public const string Other = "other";

    public static ImmutableArray<TimePart> Of(TaskState state, ImmutableArray<StageHistory> histories, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var end = state.CompletedAt ?? now;
        var total = end - state.CreatedAt;
        if (total <= TimeSpan.Zero || histories.All(history => history.Stretches.IsEmpty))
        {
            return [];
        }

        var parts = new Dictionary<(string Kind, string Title), TimeSpan>();
        foreach (var stretch in Chain(histories).SelectMany(history => history.Stretches.Select(stretch => (history.Stage, Stretch: stretch))))
        {
            var key = stretch.Stretch.Spell switch
            {
                Spell.Waited => (Waiting, "Waiting for a worker"),
                Spell.Worked => (Worked, StageTitles.Of(stretch.Stage.Name)),
                _ => (Lost, "Attempts that came to nothing"),
            };
            parts[key] = parts.GetValueOrDefault(key) + stretch.Stretch.Length;
        }

        var rest = total - parts.Values.Aggregate(TimeSpan.Zero, (sum, part) => sum + part);
        if (rest > TimeSpan.Zero)
        {
            parts[(Other, "Between stages")] = rest;
        }

        return [.. parts.Where(part => part.Value > TimeSpan.Zero).Select(part => new TimePart(part.Key.Kind, part.Key.Title, part.Value))];
    }

    /// <summary>The stages that each made the next one wait, in the order of time.</summary>
    private static List<StageHistory> Chain(ImmutableArray<StageHistory> histories)
    {
        var byName = histories.ToDictionary(history => history.Stage.Name);
        var chain = new List<StageHistory>();
        var at = histories.MaxBy(history => history.End ?? DateTimeOffset.MinValue);
        while (at is not null && chain.Count < histories.Length)
        {
            chain.Insert(0, at);
            at = at.Follows is { } before ? byName.GetValueOrDefault(before.Name) : null;
        }

        return chain;
    }
}
