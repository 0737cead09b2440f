using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;
using VideoGen.Silo.Dashboard.OneTask;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>The log of a task line by line, each line once.</summary>
/// <param name="console">The console to write to.</param>
/// <param name="time">Tells when a stage was heard to say something.</param>
/// <param name="only">The stage, or the group, whose lines are told; null for all.</param>
internal sealed class LogView(IAnsiConsole console, TimeProvider time, StageName? only)
{
    private readonly StageLog _log = new();
    private ImmutableHashSet<LogLine> _told = [];

    public static bool IsOf(StageName stage, StageName wanted) => stage == wanted || stage.Group == wanted;

    /// <summary>Tells what is new in this state.</summary>
    public void Tell(TaskState state)
    {
        _log.Hear(state, time.GetUtcNow());
        var lines = _log.Of(state).Reverse().ToList();
        foreach (var line in lines.Where(line => !_told.Contains(line) && (only is not { } wanted || (line.Stage is { } stage && IsOf(stage, wanted)))))
        {
            var subject = line.Stage is { } stage ? $"{stage}: " : "";
            Terminal.WriteLine(
                console, string.Create(CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}  {subject}{line.Text}"));
        }

        // What a log of bounded length has dropped does not come again.
        _told = [.. lines];
    }
}
