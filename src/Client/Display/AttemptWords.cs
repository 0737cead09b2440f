using VideoGen.Tasks.State;

namespace VideoGen.Client.Display;

/// <summary>What people are told of an attempt that did not complete its stage.</summary>
public static class AttemptWords
{
    /// <summary><c>attempt 1 on worker-a was handed back: ffmpeg is not installed</c>.</summary>
    public static string Of(FormerAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return $"attempt {attempt.Attempt} on {attempt.Worker} {EndOf(attempt)}{(attempt.Why is { } why ? $": {why}" : "")}";
    }

    private static string EndOf(FormerAttempt attempt) => attempt.End switch
    {
        FormerAttempt.Failed => "failed",
        FormerAttempt.Lost => "was lost with its worker",
        FormerAttempt.Released => "was given back unfinished",
        FormerAttempt.HandedBack => "was handed back",
        FormerAttempt.Interrupted => "was interrupted",
        _ => $"ended ({attempt.End})",
    };
}
