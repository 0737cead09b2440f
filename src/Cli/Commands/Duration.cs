using System.CommandLine;
using System.Globalization;

namespace VideoGen.Cli.Commands;

/// <summary>A length of time on the command line: a whole number with its unit, such as <c>30s</c>, <c>10m</c> or <c>2h</c>.</summary>
internal static class Duration
{
    public static Option<TimeSpan> CreateOption(string name, string description, TimeSpan usual, TimeSpan most) => new(name)
    {
        Description = $"{description} Default: {Format(usual)}.",
        HelpName = "TIME",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (TryParse(text, out var time) && time <= most)
            {
                return time;
            }

            result.AddError($"{name} is a whole number of seconds, minutes or hours up to {Format(most)}, such as 30s, 10m or 2h; '{text}' is not.");
            return default;
        },
    };

    public static bool TryParse(string text, out TimeSpan time)
    {
        long? unit = text is [.., var letter]
            ? letter switch
            {
                's' => TimeSpan.TicksPerSecond,
                'm' => TimeSpan.TicksPerMinute,
                'h' => TimeSpan.TicksPerHour,
                _ => null,
            }
            : null;
        time = default;
        if (unit is null || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        time = TimeSpan.FromTicks(count * unit.Value);
        return true;
    }

    /// <summary>In the largest unit of which it is a whole number.</summary>
    public static string Format(TimeSpan time) => time switch
    {
        { Ticks: > 0 } when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.TotalHours:0}h",
        { Ticks: > 0 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.TotalMinutes:0}m",
        _ => $"{time.TotalSeconds:0}s",
    };
}
