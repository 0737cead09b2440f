namespace VideoGen.Tasks.Contracts;

/// <summary>Who asks for a change of a task, from where and why. The task keeps it with the act (<see cref="State.TaskState.Acts"/>).</summary>
/// <param name="By">The name of a key or of a user, at most <see cref="MaxBy"/> characters, none of them a control character.</param>
/// <param name="From">An address, or the name of a machine, at most <see cref="MaxFrom"/> such characters; null where it is not known.</param>
/// <param name="Reason">For people, at most <see cref="MaxReason"/> such characters; null where none was given.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.ActOrigin")]
public sealed record ActOrigin(
    [property: Id(0)] string By,
    [property: Id(1)] string? From = null,
    [property: Id(2)] string? Reason = null)
{
    public const int MaxBy = 128;

    public const int MaxFrom = 128;

    public const int MaxReason = 500;
}
