using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Stages.Media;
using VideoGen.Tasks;

namespace VideoGen.Stages.Programs;

/// <summary>
/// What a program says while it runs. Lines of its standard output that begin as Open Job Description has it are for us: <c>openjd_progress: 42.5</c>,
/// <c>openjd_status: Drawing</c>, <c>openjd_fail: No such font</c>. Of all others the last few are kept, for the error.
/// </summary>
/// <param name="report">Told how far the program is, from 0 to 1, and what it does.</param>
internal sealed class ProgramVoice(Action<double, string> report)
{
    private const string Progress = "openjd_progress:";
    private const string Status = "openjd_status:";
    private const string Fail = "openjd_fail:";
    private const double MaxPercent = 100;

    /// <summary>Characters of a malformed line that a warning shows.</summary>
    private const int MaxShown = 80;

    private readonly OutputTail _output = new();
    private readonly OutputTail _errors = new();
    private double _fraction;
    private string _status = "";
    private volatile string? _failure;
    private volatile string? _malformed;

    /// <summary>What the program says of its failure; null when it says nothing of one.</summary>
    public string? Failure => _failure;

    /// <summary>Its last words: those of the standard error, and where it is silent those of the standard output.</summary>
    public string LastWords => _errors.ToString() is { Length: > 0 } errors ? errors : _output.ToString();

    /// <summary>Sentences for whoever asked for the task.</summary>
    public ImmutableArray<string> WarningsFor(StageName stage) => _malformed is { } line
        ? [$"The program of stage {stage} printed '{line}', which is no progress: that is a number from 0 to {MaxPercent:0}. The line was left out."]
        : [];

    public bool HasSaid(string text) => _errors.Contains(text) || _output.Contains(text);

    public void HearError(string line) => _errors.Add(line);

    /// <summary>Called for one line after the other.</summary>
    public void HearOutput(string line)
    {
        if (line.StartsWith(Progress, StringComparison.Ordinal))
        {
            if (double.TryParse(line.AsSpan(Progress.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
                && percent is >= 0 and <= MaxPercent)
            {
                _fraction = percent / MaxPercent;
                report(_fraction, _status);
            }
            else
            {
                _malformed ??= Printable(line[..Math.Min(line.Length, MaxShown)]);
            }
        }
        else if (line.StartsWith(Status, StringComparison.Ordinal))
        {
            _status = Printable(line[Status.Length..]);
            report(_fraction, _status);
        }
        else if (line.StartsWith(Fail, StringComparison.Ordinal))
        {
            _failure = Printable(line[Fail.Length..]);
        }
        else
        {
            _output.Add(line);
        }
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
