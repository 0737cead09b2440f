using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Queues;

/// <summary>A hint that a stage could be started. Only the task itself decides: the worker that takes the offer asks it for the lease (T7).</summary>
/// <param name="Task">Whose stage.</param>
/// <param name="Stage">The full name.</param>
/// <param name="Attempt">The attempt that would begin.</param>
/// <param name="Priority">Of the task; higher goes first.</param>
/// <param name="TaskCreatedAt">Among equal priorities the older task goes first.</param>
/// <param name="Needs">Capabilities that the worker must have.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageOffer")]
public sealed record StageOffer(
    [property: Id(0)] TaskId Task,
    [property: Id(1)] string Stage,
    [property: Id(2)] int Attempt,
    [property: Id(3)] int Priority,
    [property: Id(4)] DateTimeOffset TaskCreatedAt,
    [property: Id(5)] ImmutableArray<string> Needs);

/// <summary>What a worker can do.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Kinds">The kinds of stages that it has code for.</param>
/// <param name="Capabilities">What else it has, such as <c>gpu</c>.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerProfile")]
public sealed record WorkerProfile(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] ImmutableArray<string> Kinds,
    [property: Id(2)] ImmutableArray<string> Capabilities)
{
    /// <summary>Kinds, and capabilities, of one worker.</summary>
    public const int MaxEntries = 256;

    public bool CanDo(StageOffer offer) =>
        Kinds.Contains(StageName.KindOf(offer.Stage)) && offer.Needs.All(need => Capabilities.Contains(need));

    /// <exception cref="ArgumentException">The profile has too much or too little in it; the message says what.</exception>
    internal void CheckBounds()
    {
        if (Worker?.Name is not { Length: >= 1 and <= Limits.MaxWorkerName } || Kinds.IsDefault || Capabilities.IsDefault || Kinds.Length > MaxEntries || Capabilities.Length > MaxEntries)
        {
            throw new ArgumentException($"A worker has a name of 1 to {Limits.MaxWorkerName} characters, at most {MaxEntries} kinds and as many capabilities.");
        }
    }
}
