using Spectre.Console.Testing;
using VideoGen.Cli.Views;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Tests.Views;

/// <summary>A list of tasks, to the letter.</summary>
public sealed class TaskListViewTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(100);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void AWideListHasColumnsForWhatElseThereIs()
    {
        var task = new TaskSummary
        {
            TaskId = TaskId.Parse("orleans-1a2b3c4d"),
            Status = RunStatus.Running,
            Pipeline = "document-video",
            Labels = TaskState.NoLabels.Add("team", "docs").Add("tier", "gold"),
            Progress = 0.583,
            CurrentStage = "audio_generation",
            CreatedAt = TestTasks.Start,
            StartedAt = TestTasks.Start.AddSeconds(5),
            UpdatedAt = TestTasks.Now,
            Workers = 2,
            Version = 41,
        };

        TaskListView.ShowWide(_console, new TaskPage([task], "abc"), TestTasks.Now);

        AssertOutput("""
            ID                STATUS   DONE  AGE    TOOK  WORKERS  VERSION  PIPELINE        STAGE      LABELS
            orleans-1a2b3c4d  running  58 %  1 min  1:10  2        41       document-video  Synthesis  team=docs,tier=gold
            More: the same command with --after abc
            """);
    }

    [Fact]
    public void AListOfTasksHasALineForEach()
    {
        var page = new TaskPage(
            [
                new TaskSummary
                {
                    TaskId = TaskId.Parse("orleans-1a2b3c4d"),
                    Status = RunStatus.Running,
                    Progress = 0.583,
                    CurrentStage = "audio_generation",
                    CreatedAt = TestTasks.Start,
                    UpdatedAt = TestTasks.Now,
                    Version = 41,
                },
                new TaskSummary
                {
                    TaskId = TaskId.Parse("note"),
                    Status = RunStatus.Completed,
                    Progress = 1,
                    CreatedAt = TestTasks.Start.AddDays(-3),
                    UpdatedAt = TestTasks.Start,
                    Version = 9,
                },
            ],
            "abc");

        TaskListView.Show(_console, page, TestTasks.Now, width: null);

        AssertOutput("""
            ID                STATUS      DONE       AGE  STAGE
            orleans-1a2b3c4d  running     58 %     1 min  Synthesis
            note              completed  100 %       3 d
            More: the same command with --after abc
            """);
    }

    [Fact]
    public void AnEmptyListSaysWhatToDo()
    {
        TaskListView.Show(_console, new TaskPage([], null), TestTasks.Now, width: null);

        AssertOutput("There are no tasks here. Make a video with 'videogen run FILE'.");
    }

    [Theory]
    [InlineData(1, "a", "1 task is left out, since its record cannot be read: a. 'videogen describe ID' says what is wrong.")]
    [InlineData(3, "a b", "3 tasks are left out, since their records cannot be read: a, b and 1 more. 'videogen describe ID' says what is wrong.")]
    [InlineData(2, "", "2 tasks are left out, since their records cannot be read. 'videogen describe ID' says what is wrong.")]
    public void AListSaysWhatItLeavesOut(int count, string ids, string said)
    {
        var page = new TaskPage([], null)
        {
            Unreadable = count,
            UnreadableIds = [.. ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TaskId.Parse)],
        };

        TaskListView.Show(_console, page, TestTasks.Now, width: null);

        Assert.Equal(said, _console.Output.ReplaceLineEndings(" ").TrimEnd());
    }

    [Fact]
    public void AListInJsonHasTheNamesOfTheApi()
    {
        var page = new TaskPage(
            [new TaskSummary { TaskId = TaskId.Parse("note"), Status = RunStatus.Paused, CreatedAt = TestTasks.Start, UpdatedAt = TestTasks.Now, Version = 3 }],
            null)
        {
            Unreadable = 1,
            UnreadableIds = [TaskId.Parse("spoilt")],
        };

        Terminal.WriteJson(_console, writer => TaskListView.Write(writer, page));

        AssertOutput("""
            {
              "tasks": [
                {
                  "task_id": "note",
                  "status": "paused",
                  "pipeline": null,
                  "progress": 0,
                  "current_stage": null,
                  "created_at": "2026-03-01T12:00:00+00:00",
                  "started_at": null,
                  "completed_at": null,
                  "updated_at": "2026-03-01T12:01:15+00:00",
                  "workers": 0,
                  "version": 3,
                  "labels": {}
                }
              ],
              "next": null,
              "unreadable": 1,
              "unreadable_ids": [
                "spoilt"
              ]
            }
            """);
    }

    private void AssertOutput(string expected) =>
        Assert.Equal(
            expected.ReplaceLineEndings("\n"),
            string.Join('\n', _console.Output.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd())));
}
