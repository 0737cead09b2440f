using System.Globalization;

namespace VideoGen.Tasks.Queues;

/// <summary>Nothing of the queue is started, until it is resumed or the time is over; what is at work goes on.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="By">Who paused it, for others to ask.</param>
/// <param name="Reason">Why, for a person.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself; null for when somebody resumes it.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.QueuePause")]
public sealed record QueuePause(
    [property: Id(0)] string Queue,
    [property: Id(1)] string By,
    [property: Id(2)] string Reason,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] DateTimeOffset? Until)
{
    public const int MaxBy = 128;

    public const int MaxReason = 500;

    public bool HoldsAt(DateTimeOffset now) => !(Until <= now);

    /// <summary>Null when the pause is sound, else what is wrong with it.</summary>
    public string? Check()
    {
        if (QueueName.Check(Queue) is { } problem)
        {
            return problem;
        }

        return NameText.IsPlain(By, MaxBy) && NameText.IsPlain(Reason, MaxReason)
            ? null
            : $"A pause of queue {Queue} needs who makes it (1 to {MaxBy} characters) and a reason (1 to {MaxReason}), none of them a control character.";
    }

    /// <summary>For a person: <c>queue default is paused by ada since … until …: vendor down</c>.</summary>
    public override string ToString() =>
        $"queue {Queue} is paused by {By} since {Time(At)}{(Until is { } until ? $" until {Time(until)}" : "")}: {Reason}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
