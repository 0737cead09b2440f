using System.Text.Json.Serialization;

namespace VideoGen.Tasks.State;

/// <summary>Who works. A process takes a new incarnation each time it starts, so that it is never mistaken for its former self (T7).</summary>
/// <param name="Name">What a person calls it: host and process.</param>
/// <param name="Incarnation">New for each start of the process.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerId")]
public sealed record WorkerId([property: Id(0)] string Name, [property: Id(1)] Guid Incarnation)
{
    /// <summary>Null when it tells one process from every other, else what is wrong with it.</summary>
    internal static string? Check(WorkerId? worker)
    {
        if (!NameText.IsPlain(worker?.Name, Limits.MaxWorkerName))
        {
            return $"A worker has a name of 1 to {Limits.MaxWorkerName} characters, none of them a control character.";
        }

        return worker!.Incarnation == Guid.Empty
            ? $"Worker {worker.Name} says nothing of its incarnation; it needs an id that is new for each start of the process."
            : null;
    }

    public override string ToString() => $"{Name} ({Incarnation:N})";
}

/// <summary>The right of one worker to change one attempt of a stage, for a time that every report of the holder begins anew.</summary>
/// <param name="Worker">The holder.</param>
/// <param name="Token">Higher than every token that the task gave out before (T7).</param>
/// <param name="ExpiresAt">
/// By the clock of the activation that granted or renewed it, in steps of a third of its length. Another activation gives the lease its whole length again.
/// </param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageLease")]
public sealed record StageLease(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] long Token,
    [property: Id(2)] DateTimeOffset ExpiresAt)
{
    /// <summary>How long the lease holds without a report; null in records of programs that did not write it.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Duration { get; init; }

    /// <summary>Activations that took the task over since the holder was last heard.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Takeovers { get; init; }
}
