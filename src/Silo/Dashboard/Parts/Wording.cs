using System.Globalization;

namespace VideoGen.Silo.Dashboard.Parts;

/// <summary>Times and sizes as people say them.</summary>
internal static class Wording
{
    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>3:07</c>, <c>1:02:07</c>.</summary>
    public static string Exact(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(duration.TotalSeconds * 10) / 10:0.0} s"),
        { TotalMinutes: < 1 } => $"{duration.Seconds} s",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}:{duration.Seconds:00}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours}:{duration.Minutes:00}:{duration.Seconds:00}"),
    };

    /// <summary><c>25 s</c>, <c>3 min</c>, <c>1 h 5 min</c>.</summary>
    public static string Rough(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 90 } => $"{(int)duration.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)Math.Ceiling(duration.TotalMinutes)} min",
        _ => $"{(int)duration.TotalHours} h {duration.Minutes} min",
    };

    /// <summary>Bytes: <c>312 B</c>, <c>4.2 kB</c>, <c>18.0 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
