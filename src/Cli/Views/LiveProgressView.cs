using Spectre.Console;
using Spectre.Console.Rendering;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>Bars that move in place, for a terminal.</summary>
internal sealed class LiveProgressView(IAnsiConsole console, TimeProvider time) : IProgressView
{
    private const int BarWidth = 24;

    private const int MinNameWidth = 6;

    private const int MinBarWidth = 6;

    private const int MinMessageWidth = 12;

    /// <summary>Columns of the signs, percents, times and gaps of a line.</summary>
    private const int FixedWidth = 20;

    /// <summary>How often the view is drawn anew: the clocks of running stages go on between two states.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    public async Task<T> FollowAsync<T>(Func<Action<TaskState>, Task<T>> work)
    {
        TaskState? newest = null;
        return await console.Live(new Text("")).AutoClear(false).StartAsync(async live =>
        {
            var following = work(state => Volatile.Write(ref newest, state));
            while (true)
            {
                var ended = following.IsCompleted;
                if (Volatile.Read(ref newest) is { } state)
                {
                    live.UpdateTarget(Render(state));
                    live.Refresh();
                }

                if (ended)
                {
                    return await following;
                }

                await Task.WhenAny(following, Task.Delay(Refresh, time));
            }
        });
    }

    internal IRenderable Render(TaskState state)
    {
        var lines = StageLine.Of(state, time.GetUtcNow());
        var width = console.Profile.Width - FixedWidth;
        var nameWidth = Math.Min(lines.Count == 0 ? 0 : lines.Max(line => line.Name.Length), Math.Max(MinNameWidth, width - MinBarWidth));
        var barWidth = Math.Clamp(width - nameWidth - MinMessageWidth, MinBarWidth, BarWidth);
        var messageWidth = width - nameWidth - barWidth;
        var grid = new Grid().AddColumns(
            new GridColumn().NoWrap().PadRight(1),
            new GridColumn().NoWrap().PadRight(2),
            new GridColumn().NoWrap().PadRight(1),
            new GridColumn().NoWrap().RightAligned().PadRight(2),
            new GridColumn().NoWrap().RightAligned().PadRight(2),
            new GridColumn().NoWrap());
        foreach (var line in lines)
        {
            var (sign, style) = line.IsSkipped ? ("»", Quiet) : Sign(line.Status);
            grid.AddRow(
                new Text(sign, style),
                new Text(Shorten(line.Name, nameWidth), line.Status == RunStatus.Pending ? Quiet : Plain),
                Bar(line.Progress, style, barWidth),
                new Text($"{line.Percent} %", Quiet),
                new Text(line.Elapsed is { } elapsed ? StageLine.Format(elapsed) : "", Quiet),
                new Text(messageWidth < MinMessageWidth ? "" : Shorten(line.Message, messageWidth), line.Status == RunStatus.Failed ? style : Quiet));
        }

        return grid;
    }

    private static Style Plain => Style.Plain;

    private static Style Quiet => new(Color.Grey);

    private static (string Sign, Style Style) Sign(RunStatus status) => status switch
    {
        RunStatus.Completed => ("✓", new Style(Color.Green)),
        RunStatus.Running => ("▸", new Style(Color.DodgerBlue1)),
        RunStatus.Failed => ("✗", new Style(Color.Red)),
        RunStatus.Cancelled => ("■", new Style(Color.Yellow)),
        RunStatus.Paused => ("‖", new Style(Color.Yellow)),
        _ => ("·", new Style(Color.Grey)),
    };

    private static Paragraph Bar(double progress, Style style, int width)
    {
        var full = (int)Math.Round(progress * width);
        return new Paragraph().Append(new string('━', full), style).Append(new string('─', width - full), new Style(Color.Grey23));
    }

    private static string Shorten(string text, int width) =>
        Terminal.Printable(text) is var printable && printable.Length <= width ? printable : string.Concat(printable.AsSpan(0, width - 1), "…");
}
