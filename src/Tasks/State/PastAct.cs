namespace VideoGen.Tasks.State;

/// <summary>What a person did to a task.</summary>
/// <param name="At">By the clock of the activation.</param>
/// <param name="Act">What was asked for, in words such as <c>pause</c> or <c>skip thumbnail</c>; what is longer than <see cref="MaxAct"/> is cut.</param>
/// <param name="By">The name of their key, or of the user.</param>
/// <param name="From">The address that they came from, or their machine; null where it is not known.</param>
/// <param name="Reason">In their own words; null where they gave none.</param>
public sealed record PastAct(DateTimeOffset At, string Act, string By, string? From, string? Reason)
{
    public const int MaxAct = 200;

    /// <summary>Acts of a task that are remembered: the newest.</summary>
    public const int MaxKept = 50;
}
