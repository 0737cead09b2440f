namespace VideoGen.Tasks.Queues;

/// <summary>How many stages may wait in a queue before it takes no new tasks. What its tasks add later always finds room.</summary>
public static class QueueBacklog
{
    /// <summary>Of a queue for which nothing else is set.</summary>
    public const int Usual = 200_000;

    public const int Most = 10_000_000;

    /// <summary>Null when a queue may be bounded so, else what is wrong with it.</summary>
    public static string? Check(string queue, int? most) => QueueName.Check(queue)
        ?? (most is null or (>= 1 and <= Most) ? null : $"Queue {queue} takes new tasks while fewer than 1 to {Most} stages wait in it, not {most}.");
}

/// <summary>A silo asks for room for stages of tasks that are about to be created.</summary>
/// <param name="Silo">Which one.</param>
/// <param name="Wanted">Stages that will wait in the queue.</param>
/// <param name="Settled">Stages that it was given room for and that are stored, or never will be, since it asked last.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.RoomRequest")]
public sealed record RoomRequest([property: Id(0)] string Silo, [property: Id(1)] int Wanted, [property: Id(2)] int Settled);

/// <summary>What room a queue has.</summary>
/// <param name="Granted">Stages that the silo may let in, now or within <see cref="Term"/>; 0 when there is no room.</param>
/// <param name="Waiting">Stages that wait or are about to.</param>
/// <param name="Most">With so many of them, no new tasks are taken.</param>
/// <param name="RetryAfter">When there may be room.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueueRoom")]
public sealed record QueueRoom(
    [property: Id(0)] int Granted,
    [property: Id(1)] long Waiting,
    [property: Id(2)] int Most,
    [property: Id(3)] TimeSpan RetryAfter)
{
    /// <summary>How long room that was given may be used, counted by the silo from before it asked.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(2);
}
