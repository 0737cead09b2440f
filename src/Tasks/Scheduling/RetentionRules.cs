using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Scheduling;

/// <summary>How long finished tasks are kept that say nothing of it themselves, by how they ended; null for ever.</summary>
public sealed record RetentionRules
{
    public static RetentionRules None { get; } = new();

    public TimeSpan? Completed { get; init; }

    public TimeSpan? Failed { get; init; }

    public TimeSpan? Cancelled { get; init; }

    /// <summary>The same for all, however they ended.</summary>
    public static RetentionRules All(TimeSpan? time) => new() { Completed = time, Failed = time, Cancelled = time };

    /// <summary>An unfinished task is kept.</summary>
    public TimeSpan? For(RunStatus status) => status switch
    {
        RunStatus.Completed => Completed,
        RunStatus.Failed => Failed,
        RunStatus.Cancelled => Cancelled,
        _ => null,
    };

    /// <summary>Reads <c>30</c> or <c>30d</c> for all, and <c>completed=30d,failed=90d</c>; what is not named is kept.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RetentionRules? rules, [NotNullWhen(false)] out string? problem)
    {
        (rules, problem) = (null, $"'{text}' says of no task how long it is kept; write 30d, or completed=30d,failed=90d,cancelled=7d.");
        var parts = (text ?? "").Split(',');
        if (parts is [var all] && !all.Contains('=', StringComparison.Ordinal))
        {
            rules = TryParseTime(all, out var time) ? All(time) : null;
        }
        else
        {
            rules = Parse(parts);
        }

        problem = rules is null ? problem : null;
        return rules is not null;
    }

    private static RetentionRules? Parse(string[] parts)
    {
        var rules = None;
        var seen = new HashSet<RunStatus>();
        foreach (var part in parts)
        {
            if (part.Split('=') is not [var name, var value] || !TryParseTime(value, out var time)
                || !RunStatusExtensions.TryParseWireName(name.Trim(), out var status) || !status.IsFinished() || !seen.Add(status))
            {
                return null;
            }

            rules = status switch
            {
                RunStatus.Completed => rules with { Completed = time },
                RunStatus.Failed => rules with { Failed = time },
                _ => rules with { Cancelled = time },
            };
        }

        return rules;
    }

    /// <summary>Days, unless hours are meant: <c>30</c>, <c>30d</c>, <c>12h</c>.</summary>
    private static bool TryParseTime(string text, out TimeSpan time)
    {
        text = text.Trim();
        var unit = text is [.., 'h'] ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
        var isNumber = int.TryParse(text is [.., 'h' or 'd'] ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        time = isNumber && count <= Limits.MaxDuration / unit ? count * unit : TimeSpan.Zero;
        return isNumber && count <= Limits.MaxDuration / unit;
    }
}
