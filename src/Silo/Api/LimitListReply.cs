using System.Collections.Immutable;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;

namespace VideoGen.Silo.Api;

/// <summary>The limits over all workers, by name.</summary>
internal sealed record LimitListReply(ImmutableArray<LimitItem> Limits);

/// <summary>What a limit allows, and how it stands.</summary>
/// <param name="MaxConcurrent">Slots that may be held at the same time; null for any number.</param>
/// <param name="Rate">Slots that may be taken in a time; null for any number.</param>
/// <param name="Used">Slots that are held or on their way to a stage.</param>
/// <param name="Waiting">Queues that wait for slots.</param>
/// <param name="Holders">Some of those who hold them, the longest first.</param>
/// <param name="RestsUntil">Nobody takes a slot before this; null when nothing holds them back.</param>
/// <param name="RestReason">Why, for a person.</param>
/// <param name="NextAt">When the rate allows the next one; null when it does now.</param>
internal sealed record LimitItem(
    string Name,
    int? MaxConcurrent,
    RateItem? Rate,
    int Used,
    int Waiting,
    ImmutableArray<HolderItem> Holders,
    DateTimeOffset? RestsUntil,
    string? RestReason,
    DateTimeOffset? NextAt)
{
    public static LimitItem Of(LimitDefinition limit, LimitStatus status) => new(
        limit.Name,
        limit.MaxConcurrent,
        limit.Rate is { } rate ? new RateItem(rate.Count, rate.Per.TotalSeconds) : null,
        status.Used,
        status.Waiting,
        [.. status.Holders.Select(use => new HolderItem(use.Task.Value, use.Stage.Value, use.Queue, use.Weight, use.Worker))],
        status.RestsUntil,
        status.RestReason,
        status.NextAt);
}

/// <summary>At most so many in any stretch of time of that length.</summary>
internal sealed record RateItem(int Count, double PerS);

/// <summary>A stage that holds slots.</summary>
/// <param name="Weight">How many.</param>
internal sealed record HolderItem(string TaskId, string Stage, string Queue, int Weight, string Worker);
