namespace VideoGen.Tasks.State;

/// <summary>Who works. A process takes a new incarnation each time it starts, so that it is never mistaken for its former self (T7).</summary>
/// <param name="Name">What a person calls it: host and process.</param>
/// <param name="Incarnation">New for each start of the process.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.WorkerId")]
public sealed record WorkerId([property: Id(0)] string Name, [property: Id(1)] Guid Incarnation)
{
    public override string ToString() => $"{Name} ({Incarnation:N})";
}

/// <summary>The right of one worker to change one attempt of a stage, until it expires by the grain's clock.</summary>
/// <param name="Worker">The holder.</param>
/// <param name="Token">Higher than every token that the task gave out before (T7).</param>
/// <param name="ExpiresAt">Renewed by every report of the holder.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageLease")]
public sealed record StageLease(
    [property: Id(0)] WorkerId Worker,
    [property: Id(1)] long Token,
    [property: Id(2)] DateTimeOffset ExpiresAt);
