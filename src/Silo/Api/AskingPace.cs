namespace VideoGen.Silo.Api;

/// <summary>How often the store is asked for a list that somebody follows.</summary>
internal static class AskingPace
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>A view asks for this part of the time at most: what takes long is asked for less often.</summary>
    private const int PausePerAnswer = 20;

    /// <param name="took">How long the last answer took.</param>
    public static TimeSpan PauseAfter(TimeSpan took) => TimeSpan.FromTicks(Math.Clamp(took.Ticks * PausePerAnswer, ShortestPause.Ticks, LongestPause.Ticks));
}
