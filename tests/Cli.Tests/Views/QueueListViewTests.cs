using Spectre.Console.Testing;
using VideoGen.Cli.Views;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Tests.Views;

public sealed class QueueListViewTests : IDisposable
{
    private static readonly QueuePause Pause = new("night", "ada", "vendor\u001b down", TestTasks.Start, TestTasks.Start.AddHours(1));

    private static readonly QueueList Queues = new(
        [
            new QueueSummary("default", 12, TestTasks.Start, 3, null, QueueBacklog.Usual),
            new QueueSummary("night", 0, null, 1, Pause, 500),
        ],
        LeftOut: 2);

    private readonly TestConsole _console = new TestConsole().Width(100);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void EachQueueSaysWhatWaitsAndWhatKeepsItFromBeingDone()
    {
        QueueListView.Show(_console, Queues, TestTasks.Now);

        Assert.Equal(
            """
            default: 12 stages wait, the oldest of a task made 75 s ago, 3 workers, takes tasks below 200000
            night: 0 stages wait, 1 worker, takes tasks below 500
              queue night is paused by ada since 2026-03-01 12:00:00Z until 2026-03-01 13:00:00Z: vendor� down
            Fewer wait in each of 2 more.

            """.ReplaceLineEndings("\n"),
            _console.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void WithoutAnyTheListSaysSo()
    {
        QueueListView.Show(_console, new QueueList([], 0), TestTasks.Now);

        Assert.Contains("Nothing waits", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void InJsonItHasTheNamesOfTheApi()
    {
        Terminal.WriteJson(_console, writer => QueueListView.Write(writer, Queues));

        Assert.Equal(
            """
            {
              "queues": [
                {
                  "name": "default",
                  "waiting": 12,
                  "oldest_at": "2026-03-01T12:00:00+00:00",
                  "workers": 3,
                  "most": 200000,
                  "pause": null
                },
                {
                  "name": "night",
                  "waiting": 0,
                  "oldest_at": null,
                  "workers": 1,
                  "most": 500,
                  "pause": {
                    "by": "ada",
                    "reason": "vendor\u001B down",
                    "at": "2026-03-01T12:00:00+00:00",
                    "until": "2026-03-01T13:00:00+00:00"
                  }
                }
              ],
              "left_out": 2
            }

            """.ReplaceLineEndings("\n"),
            _console.Output.ReplaceLineEndings("\n"));
    }
}
