using System.Collections.Immutable;
using Orleans.Concurrency;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Waits;

namespace VideoGen.Tasks.Slots;

/// <summary>
/// The slots of one limit; the key is its name. Who holds them is what the stored leases say; besides, it keeps the slots that are on their way to a lease,
/// and who waits for one.
/// </summary>
[Alias("VideoGen.ILimitGrain"), GrainInterfaceType("VideoGen.ILimitGrain")]
public interface ILimitGrain : IGrainWithStringKey
{
    /// <summary>The longest that a queue may wait for slots in one call.</summary>
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    /// <summary>How long slots are kept for a queue that has not used them.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    /// <summary>Takes slots for an attempt that the queue is about to hand out. Waits in line for them; false when the time is over.</summary>
    [Alias("Acquire")]
    Task<bool> AcquireAsync(string queue, int weight, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>The queue has no use for slots that it took.</summary>
    [OneWay, Alias("GiveBack")]
    Task GiveBackAsync(string queue, int weight);

    /// <summary>The task is about to store the lease of an attempt: it uses slots that its queue took, or free ones. Null, or the refusal.</summary>
    [Alias("Use")]
    Task<string?> UseAsync(SlotUse use);

    /// <summary>A task says what its stored lease holds, for a limit that may have forgotten.</summary>
    [OneWay, Alias("Hold")]
    Task HoldAsync(SlotUse use);

    /// <summary>The lease has ended, or did not come about. The slots go to whoever waits longest, at once.</summary>
    [OneWay, Alias("End")]
    Task EndAsync(TaskId task, StageName stage);

    /// <summary>An attempt was told to come again later: nobody takes a slot before that. A longer rest that is under way stays.</summary>
    /// <param name="wait">From now on; at most <see cref="Limits.MaxRetryAfter"/>.</param>
    /// <param name="reason">Who was told what, for a person.</param>
    [OneWay, Alias("RestFor")]
    Task RestAsync(TimeSpan wait, string reason);

    /// <summary>The definition is another one.</summary>
    [Alias("Changed")]
    Task ChangedAsync(LimitDefinition? limit);

    [AlwaysInterleave, Alias("Inspect")]
    Task<LimitStatus> InspectAsync();

    /// <summary>Why an attempt that takes so many slots does not get them now; null when it would.</summary>
    [AlwaysInterleave, Alias("Explain")]
    Task<StageObstacle?> ExplainAsync(int weight);
}

/// <summary>Slots that a lease holds.</summary>
/// <param name="Task">Whose.</param>
/// <param name="Stage">The full name.</param>
/// <param name="Queue">The stage's.</param>
/// <param name="Weight">How many slots.</param>
/// <param name="Worker">The name of the lease's holder.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.SlotUse")]
public sealed record SlotUse(
    [property: Id(0)] TaskId Task,
    [property: Id(1)] StageName Stage,
    [property: Id(2)] string Queue,
    [property: Id(3)] int Weight,
    [property: Id(4)] string Worker);

/// <summary>How a limit stands.</summary>
/// <param name="Definition">Null when there is none, and so no limit.</param>
/// <param name="Used">Slots that are held or on their way to a lease.</param>
/// <param name="Holders">Some of those who hold them, the longest first; at most <see cref="MaxHolders"/>.</param>
/// <param name="Waiting">Queues that wait for slots.</param>
/// <param name="RestsUntil">Nobody takes a slot before this; null when nothing holds them back.</param>
/// <param name="RestReason">Why, for a person.</param>
/// <param name="NextAt">When the rate allows the next one; null when it does now.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.LimitStatus")]
public sealed record LimitStatus(
    [property: Id(0)] LimitDefinition? Definition,
    [property: Id(1)] int Used,
    [property: Id(2)] ImmutableArray<SlotUse> Holders,
    [property: Id(3)] int Waiting,
    [property: Id(4)] DateTimeOffset? RestsUntil,
    [property: Id(5)] string? RestReason,
    [property: Id(6)] DateTimeOffset? NextAt)
{
    public const int MaxHolders = 100;
}
