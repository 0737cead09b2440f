using System.Collections.Immutable;
using Orleans.Concurrency;

namespace VideoGen.Tasks.Queues;

/// <summary>The offers of one queue; the key is its name. They are in memory alone, because tasks make them again from what is stored.</summary>
[Alias("VideoGen.IStageQueueGrain"), GrainInterfaceType("VideoGen.IStageQueueGrain")]
public interface IStageQueueGrain : IGrainWithStringKey
{
    /// <summary>The longest that a worker may wait for an offer in one call.</summary>
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    /// <summary>Adds offers; one that is there already is not added again.</summary>
    [OneWay, Alias("Offer")]
    Task OfferAsync(ImmutableArray<StageOffer> offers);

    /// <summary>
    /// The first offer that the worker can do, by priority, age of the task and order of arrival. Waits for one if there is none; null when the
    /// time is over.
    /// </summary>
    [Alias("Take")]
    Task<StageOffer?> TakeAsync(WorkerProfile worker, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>The taker of an offer cannot start it: it goes to another worker at once, though it was handed out a moment ago.</summary>
    [OneWay, Alias("Return")]
    Task ReturnAsync(StageOffer offer);

    /// <summary>
    /// Whether a worker that completes a stage may go on with this one, which is not offered yet. Only when the queue would give it that one anyway: nothing
    /// that the worker can do comes before it, and no other worker waits for it. It counts as taken then.
    /// </summary>
    [AlwaysInterleave, Alias("Continue")]
    Task<bool> ContinueAsync(StageOffer offer, WorkerProfile worker);

    /// <summary>What <see cref="ContinueAsync"/> gave was not begun: when it is offered, it may go to anybody.</summary>
    [OneWay, Alias("Forgo")]
    Task ForgoAsync(StageOffer offer);

    /// <summary>
    /// Whether stages of the queue may be started. The answer holds for <see cref="QueueAdmission.Term"/>, counted by the asker from before it asked.
    /// </summary>
    [AlwaysInterleave, Alias("Admit")]
    Task<QueueAdmission> AdmitAsync();

    /// <summary>Hands nothing out from now on. Answers when every admission that it gave has run out, so that nothing is started any more.</summary>
    [Alias("Pause")]
    Task PauseAsync(QueuePause pause);

    [Alias("Resume")]
    Task ResumeAsync();

    /// <summary>Room for stages of tasks that are about to be created.</summary>
    [AlwaysInterleave, Alias("Reserve")]
    Task<QueueRoom> ReserveAsync(RoomRequest request);

    /// <summary>Its settings are other ones.</summary>
    [Alias("Changed")]
    Task ChangedAsync();

    [AlwaysInterleave, Alias("Inspect")]
    Task<QueueStatus> InspectAsync();

    /// <summary>Where offers stand, in the order in which they are given.</summary>
    /// <param name="offers">At most <see cref="Limits.MaxStages"/>.</param>
    /// <param name="workers">Those whose next stages are counted: what none of them can do is not ahead of anything.</param>
    [AlwaysInterleave, Alias("Places")]
    Task<ImmutableArray<QueuePlace>> FindPlacesAsync(ImmutableArray<StageOffer> offers, ImmutableArray<WorkerProfile> workers);
}

/// <summary>Where an offer stands in its queue.</summary>
/// <param name="IsHere">Whether the queue holds it.</param>
/// <param name="IsHandedOut">Whether a worker took it a moment ago.</param>
/// <param name="Ahead">How many offers go before it, if nothing else comes; of one that is not here, how many are held.</param>
/// <param name="IsExact">Whether these are all; the index may hold more that the queue has not read yet.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueuePlace")]
public sealed record QueuePlace(
    [property: Id(0)] bool IsHere,
    [property: Id(1)] bool IsHandedOut,
    [property: Id(2)] int Ahead,
    [property: Id(3)] bool IsExact);

/// <summary>Whether stages of a queue may be started.</summary>
/// <param name="Pause">What keeps them from it; null when they may.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueAdmission")]
public sealed record QueueAdmission([property: Id(0)] QueuePause? Pause)
{
    /// <summary>How long an admission holds.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(2);
}

/// <param name="Offers">Stages that wait for a worker, as far as the queue holds them in memory.</param>
/// <param name="WaitingWorkers">Calls that wait for a stage.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueStatus")]
public sealed record QueueStatus([property: Id(0)] int Offers, [property: Id(1)] int WaitingWorkers)
{
    /// <summary>Whether more wait, which are in the index alone.</summary>
    [Id(2)] public bool MoreWait { get; init; }

    /// <summary>Null when it is not paused.</summary>
    [Id(3)] public QueuePause? Pause { get; init; }

    /// <summary>With so many stages that wait, no new tasks are taken.</summary>
    [Id(4)] public int Most { get; init; } = QueueBacklog.Usual;
}
