using System.Globalization;
using System.Text.RegularExpressions;
using VideoGen.Cli.Rehearsal.Records;

namespace VideoGen.Cli.Rehearsal.Workers;

/// <summary>Reads in the log of a worker what it was given, and what it was told.</summary>
internal static partial class WorkerWords
{
    /// <summary>Null when the line says neither.</summary>
    public static WorkerWord? Read(string worker, string line)
    {
        var match = Word().Match(line);
        return match.Success
            ? new WorkerWord(
                worker,
                match.Groups["task"].Value,
                match.Groups["stage"].Value,
                long.Parse(match.Groups["token"].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups["end"].Success)
            : null;
    }

    [GeneratedRegex(@"Task (?<task>\S+): stage (?<stage>\S+) (begins under token (?<token>\d+)|under token (?<token>\d+) ended: (?<end>Completed))")]
    private static partial Regex Word();
}
