namespace VideoGen.Tasks.State;

/// <summary>
/// For whom a task is done. Among stages of equal priority a queue starts as many of each key as the weights say, however many wait; tasks without a share
/// have one together, of weight 1.
/// </summary>
/// <param name="Key">Such as a customer or a team.</param>
/// <param name="Weight">A key whose tasks have weight 2 has twice as many stages started as one of weight 1.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.FairShare")]
public sealed record FairShare([property: Id(0)] string Key, [property: Id(1)] double Weight = 1)
{
    /// <summary>Null when the share is well formed, else what is wrong with it.</summary>
    public string? Check()
    {
        if (!NameText.IsPlain(Key, Limits.MaxFairKeyLength))
        {
            return $"A fair share has a key of 1 to {Limits.MaxFairKeyLength} characters, none of them a control character.";
        }

        return Weight is >= Limits.MinFairWeight and <= Limits.MaxFairWeight
            ? null
            : FormattableString.Invariant($"The fair share of '{Key}' has the weight {Weight}; it is from {Limits.MinFairWeight} to {Limits.MaxFairWeight}.");
    }
}
