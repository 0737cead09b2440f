using System.Collections.Immutable;

namespace VideoGen.Tasks.Pipelines;

/// <summary>A limit that an attempt counts against while it is at work, such as <c>gpu</c> or <c>tts-vendor</c>, in whichever queue it waits.</summary>
/// <param name="Name">1 to 64 characters of <c>a-z A-Z 0-9 _ - .</c></param>
/// <param name="Weight">How many of the limit's slots the attempt takes.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageLimit")]
public sealed record StageLimit([property: Id(0)] string Name, [property: Id(1)] int Weight = 1)
{
    /// <summary>Limits that one stage may name.</summary>
    public const int MaxPerStage = 8;

    public const int MaxWeight = 1_000;

    /// <summary>Null when the limits are well formed, else what is wrong with them.</summary>
    public static string? Check(StageName stage, ImmutableArray<StageLimit>? limits)
    {
        if (limits is not { IsDefault: false } named)
        {
            return null;
        }

        if (named.Length > MaxPerStage)
        {
            return $"Stage '{stage}' names {named.Length} limits; {MaxPerStage} is the most.";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var limit in named)
        {
            if (LimitName.Check(limit?.Name) is { } problem)
            {
                return $"Stage '{stage}': {problem}";
            }

            if (limit!.Weight is < 1 or > MaxWeight)
            {
                return $"Stage '{stage}' takes {limit.Weight} slots of limit {limit.Name}; a stage takes 1 to {MaxWeight}.";
            }

            if (!names.Add(limit.Name))
            {
                return $"Stage '{stage}' names limit {limit.Name} twice; give it one weight.";
            }
        }

        return null;
    }
}

/// <summary>The form of the names of limits: that of queue names.</summary>
public static class LimitName
{
    public const int MaxLength = 64;

    /// <summary>Null when the name is well formed, else what is wrong with it.</summary>
    public static string? Check(string? name) =>
        name is { Length: >= 1 and <= MaxLength } && StageName.TryParse(name, out var parsed, out _) && parsed.Unit is null
            ? null
            : $"'{NameText.Printable(name ?? "")}' is not the name of a limit: it needs 1 to {MaxLength} characters of A-Z a-z 0-9 _ - .";
}
