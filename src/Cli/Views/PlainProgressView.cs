using Spectre.Console;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>A line for each thing that happens, for logs and pipes: a stage starts, gets to a further quarter, ends.</summary>
internal sealed class PlainProgressView(IAnsiConsole console, TimeProvider time) : IProgressView
{
    private readonly Dictionary<string, (RunStatus Status, int Quarter)> _shown = new(StringComparer.Ordinal);
    private int _warnings;

    public Task<T> FollowAsync<T>(Func<Action<TaskState>, Task<T>> work) => work(Show);

    private void Show(TaskState state)
    {
        foreach (var line in StageLine.Of(state, time.GetUtcNow()))
        {
            var mark = (line.Status, line.Status == RunStatus.Running ? line.Percent / 25 : 0);
            var known = _shown.TryGetValue(line.Name, out var shown);
            if (known ? shown == mark : line.Status == RunStatus.Pending)
            {
                continue;
            }

            _shown[line.Name] = mark;
            Terminal.WriteLine(console, Describe(line));
        }

        for (_warnings = Math.Max(_warnings, state.FormerWarnings); _warnings < state.Warnings.Length; _warnings++)
        {
            Terminal.WriteLine(console, $"warning: {state.Warnings[_warnings]}");
        }
    }

    private static string Describe(StageLine line) => line.Status switch
    {
        RunStatus.Running => $"{line.Name}: {line.Percent} %{Detail(line)}",
        _ when line.IsSkipped => $"{line.Name}: skipped{Detail(line)}",
        RunStatus.Completed => line.Elapsed is { } elapsed ? $"{line.Name}: completed in {StageLine.Format(elapsed)}" : $"{line.Name}: completed",
        _ => $"{line.Name}: {line.Status.ToWireName()}{Detail(line)}",
    };

    private static string Detail(StageLine line) => line.Message.Length == 0 ? "" : $" ({line.Message})";
}
