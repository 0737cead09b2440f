using System.Globalization;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Tasks.Settings;

/// <summary>What a limit allows, in all queues and on all workers together. Without one of the bounds that one does not hold.</summary>
/// <param name="Name">As stages name it.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.LimitDefinition")]
public sealed record LimitDefinition([property: Id(0)] string Name)
{
    public const int MaxSlots = 100_000;

    /// <summary>Slots that attempts may hold at the same time.</summary>
    [Id(1)] public int? MaxConcurrent { get; init; }

    /// <summary>Slots that may be taken in any stretch of time of a certain length.</summary>
    [Id(2)] public StartRate? Rate { get; init; }

    /// <summary>Null when the definition is sound, else what is wrong with it.</summary>
    public string? Check()
    {
        if (LimitName.Check(Name) is { } problem)
        {
            return problem;
        }

        if (MaxConcurrent is null && Rate is null)
        {
            return $"Limit {Name} needs a number of slots, a rate, or both.";
        }

        return MaxConcurrent is < 1 or > MaxSlots ? $"Limit {Name} has {MaxConcurrent} slots; it has 1 to {MaxSlots}." : Rate?.Check();
    }

    /// <summary>For a person: <c>2 at a time, 60/min</c>.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { MaxConcurrent is { } most ? $"{most} at a time" : null, Rate?.ToString() }.OfType<string>());
}

/// <summary>At most so many in any stretch of time of that length.</summary>
/// <param name="Count">How many.</param>
/// <param name="Per">The length.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StartRate")]
public sealed record StartRate([property: Id(0)] int Count, [property: Id(1)] TimeSpan Per)
{
    public const int MaxCount = 100_000;

    public static readonly TimeSpan MaxPer = TimeSpan.FromDays(1);

    /// <summary>Reads <c>60/min</c>, <c>5/s</c>, <c>1000/h</c>, <c>10/30s</c>.</summary>
    public static bool TryParse(string? text, out StartRate rate)
    {
        rate = new StartRate(0, default);
        if (text?.Split('/') is not [var count, { Length: > 0 } per] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        var digits = per.TakeWhile(char.IsAsciiDigit).Count();
        var times = 1;
        if (digits > 0 && !int.TryParse(per.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out times))
        {
            return false;
        }

        TimeSpan? unit = per[digits..] switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "m" or "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null || times > MaxPer / unit)
        {
            return false;
        }

        rate = new StartRate(number, unit.Value * times);
        return rate.Check() is null;
    }

    /// <summary>Null when the rate is sound, else what is wrong with it.</summary>
    public string? Check() =>
        Count is < 1 or > MaxCount || Per < TimeSpan.FromSeconds(1) || Per > MaxPer
            ? $"A rate is 1 to {MaxCount} in 1 s to {MaxPer.TotalHours:0} h, not {Count} in {Per}."
            : null;

    public override string ToString() => (Per.TotalSeconds, Per.TotalMinutes, Per.TotalHours) switch
    {
        (1, _, _) => $"{Count}/s",
        (_, 1, _) => $"{Count}/min",
        (_, _, 1) => $"{Count}/h",
        var (seconds, _, _) => string.Create(CultureInfo.InvariantCulture, $"{Count}/{seconds:0}s"),
    };
}
