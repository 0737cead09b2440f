using System.Globalization;

namespace VideoGen.Cli.Rehearsal.Verdicts;

internal static class Words
{
    /// <summary>Minutes and seconds from the start on, as the timeline has them.</summary>
    public static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes:00}:{time.Seconds:00}.{time.Milliseconds / 100}");
}
