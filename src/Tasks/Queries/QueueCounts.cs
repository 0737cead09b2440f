using System.Collections.Immutable;

namespace VideoGen.Tasks.Queries;

/// <summary>How many stages wait in a queue.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Waiting">How many they are, those included whose delay is not over.</param>
/// <param name="Oldest">When the oldest of their tasks was created.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueCount")]
public sealed record QueueCount([property: Id(0)] string Queue, [property: Id(1)] long Waiting, [property: Id(2)] DateTimeOffset Oldest);

/// <summary>The queues in which something waits.</summary>
/// <param name="Queues">Those in which most waits, at most <see cref="MaxQueues"/>, by name.</param>
/// <param name="LeftOut">How many more there are.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueCounts")]
public sealed record QueueCounts([property: Id(0)] ImmutableArray<QueueCount> Queues, [property: Id(1)] int LeftOut)
{
    /// <summary>Stages name their queues as they like, so there may be any number of them.</summary>
    public const int MaxQueues = 1_000;

    public static QueueCounts Of(ImmutableArray<ReadyCount> ready)
    {
        var queues = ready
            .GroupBy(count => count.Queue, StringComparer.Ordinal)
            .Select(group => new QueueCount(group.Key, group.Sum(count => count.Count), group.Min(count => count.Oldest)))
            .ToList();
        var most = queues
            .OrderByDescending(queue => queue.Waiting)
            .ThenBy(queue => queue.Queue, StringComparer.Ordinal)
            .Take(MaxQueues)
            .OrderBy(queue => queue.Queue, StringComparer.Ordinal);
        return new QueueCounts([.. most], Math.Max(0, queues.Count - MaxQueues));
    }
}
