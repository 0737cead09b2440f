using System.Collections.Immutable;
using Orleans.Concurrency;
using VideoGen.Tasks.Queues;

namespace VideoGen.Tasks.Settings;

/// <summary>What operators have set for the whole cluster. It is durable, and small.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.ClusterSettings")]
public sealed record ClusterSettings
{
    public const int MaxLimits = 1_000;

    public const int MaxPauses = 1_000;

    public const int MaxBacklogs = 1_000;

    private static readonly ImmutableSortedDictionary<string, LimitDefinition> NoLimits =
        ImmutableSortedDictionary.Create<string, LimitDefinition>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, QueuePause> NoPauses =
        ImmutableSortedDictionary.Create<string, QueuePause>(StringComparer.Ordinal);

    public static ClusterSettings None { get; } = new();

    [Id(0)] public ImmutableSortedDictionary<string, LimitDefinition> Limits { get; init => field = value ?? NoLimits; } = NoLimits;

    /// <summary>By the name of the queue. Those that are over by themselves are left out when the settings are written next.</summary>
    [Id(1)] public ImmutableSortedDictionary<string, QueuePause> Pauses { get; init => field = value ?? NoPauses; } = NoPauses;

    /// <summary>
    /// How many stages may wait in a queue before it takes no new tasks, by its name; null for none. For all others it is <see cref="QueueBacklog.Usual"/>.
    /// </summary>
    [Id(2)] public ImmutableSortedDictionary<string, int>? Backlogs { get; init; }
}

/// <summary>The settings of the cluster: one grain, key 0. Whatever it acknowledges is durable, and saying the same twice changes nothing.</summary>
[Alias("VideoGen.IClusterSettingsGrain"), GrainInterfaceType("VideoGen.IClusterSettingsGrain")]
public interface IClusterSettingsGrain : IGrainWithIntegerKey
{
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    [AlwaysInterleave, Alias("Read")]
    Task<ClusterSettings> ReadAsync();

    /// <summary>Defines a limit, or defines it anew. Attempts at work keep their slots.</summary>
    /// <exception cref="ArgumentException">The definition is out of bounds, or there are too many; the message says which.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("SetLimit")]
    Task SetLimitAsync(LimitDefinition limit);

    /// <summary>Stages that name it are held back by it no more. False when there is none of that name.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("RemoveLimit")]
    Task<bool> RemoveLimitAsync(string name);

    /// <summary>
    /// Pauses a queue, or gives a paused one another reason and end. When it is answered, nothing of the queue is started any more.
    /// </summary>
    /// <exception cref="ArgumentException">The pause is out of bounds, or there are too many; the message says which.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("PauseQueue")]
    Task PauseQueueAsync(QueuePause pause);

    /// <summary>Goes on with a paused queue. False when it is not paused.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("ResumeQueue")]
    Task<bool> ResumeQueueAsync(string queue);

    /// <summary>Sets how many stages may wait in a queue before it takes no new tasks; null for the usual number.</summary>
    /// <exception cref="ArgumentException">It is out of bounds, or there are too many; the message says which.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("SetBacklog")]
    Task SetBacklogAsync(string queue, int? most);
}
