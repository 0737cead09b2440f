using System.Globalization;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;

namespace VideoGen.Cli.Rehearsal;

internal static class RehearsalWords
{
    /// <summary>A line of the timeline.</summary>
    public static string Of(Blow blow) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Words.Time(blow.At)} {blow.What}; {(blow.WentOnAfter is { } after ? $"work went on after {after.TotalSeconds:0.0} s" : "work did not go on")}");
}
