using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>A page of tasks, one line each.</summary>
internal static class TaskListView
{
    /// <summary>Columns of the table beside the id and the stage.</summary>
    private const int FixedWidth = 30;

    private const int StageWidth = 12;

    /// <param name="console">The console to write to.</param>
    /// <param name="page">What to show.</param>
    /// <param name="now">Tells how old tasks are.</param>
    /// <param name="width">Columns that there are; null for any number.</param>
    public static void Show(IAnsiConsole console, TaskPage page, DateTimeOffset now, int? width)
    {
        ShowTasks(console, page, now, width);
        ShowRest(console, page);
    }

    /// <summary>With columns for the pipeline, workers, times and labels, however wide that gets.</summary>
    public static void ShowWide(IAnsiConsole console, TaskPage page, DateTimeOffset now)
    {
        if (page.Tasks.IsEmpty)
        {
            Show(console, page, now, null);
            return;
        }

        string[][] rows =
        [
            ["ID", "STATUS", "DONE", "AGE", "TOOK", "WORKERS", "VERSION", "PIPELINE", "STAGE", "LABELS"],
            .. page.Tasks.Select(task => new[]
            {
                task.TaskId.Value,
                task.Status.ToWireName(),
                $"{Percent.Of(task.Progress)} %",
                Age(now - task.CreatedAt),
                task.StartedAt is { } started ? StageLine.Format((task.CompletedAt ?? now) - started) : "",
                task.Workers.ToString(CultureInfo.InvariantCulture),
                task.Version.ToString(CultureInfo.InvariantCulture),
                task.Pipeline ?? "",
                Stage(task),
                string.Join(',', task.Labels.Select(label => $"{label.Key}={label.Value}")),
            }),
        ];
        Terminal.WriteTable(console, rows);
        ShowRest(console, page);
    }

    private static void ShowRest(IAnsiConsole console, TaskPage page)
    {
        if (UnreadableTasks.Of(page) is { } unreadable)
        {
            Terminal.WriteLine(console, $"{unreadable}. 'videogen describe ID' says what is wrong.");
        }

        if (page.Next is { } next)
        {
            Terminal.WriteLine(console, $"More: the same command with --after {next}");
        }
    }

    public static void Write(Utf8JsonWriter writer, TaskPage page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("tasks");
        foreach (var task in page.Tasks)
        {
            writer.WriteStartObject();
            writer.WriteString("task_id", task.TaskId.Value);
            writer.WriteString("status", task.Status.ToWireName());
            writer.WriteString("pipeline", task.Pipeline);
            writer.WriteNumber("progress", task.Progress);
            writer.WriteString("current_stage", task.CurrentStage);
            Terminal.WriteTime(writer, "created_at", task.CreatedAt);
            Terminal.WriteTime(writer, "started_at", task.StartedAt);
            Terminal.WriteTime(writer, "completed_at", task.CompletedAt);
            Terminal.WriteTime(writer, "updated_at", task.UpdatedAt);
            writer.WriteNumber("workers", task.Workers);
            writer.WriteNumber("version", task.Version);
            if (task.Priority is { } priority)
            {
                writer.WriteNumber("priority", priority);
            }

            writer.WriteStartObject("labels");
            foreach (var (key, value) in task.Labels)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next", page.Next);
        writer.WriteNumber("unreadable", page.Unreadable);
        writer.WriteStartArray("unreadable_ids");
        foreach (var id in page.UnreadableIds ?? [])
        {
            writer.WriteStringValue(id.Value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void ShowTasks(IAnsiConsole console, TaskPage page, DateTimeOffset now, int? width)
    {
        if (page.Tasks.IsEmpty)
        {
            if (page.Unreadable == 0)
            {
                Terminal.WriteLine(console, "There are no tasks here. Make a video with 'videogen run FILE'.");
            }

            return;
        }

        var idWidth = Math.Max(2, page.Tasks.Max(task => task.TaskId.Value.Length));
        var isTable = width is null || width >= idWidth + FixedWidth + StageWidth;
        if (isTable)
        {
            Terminal.WriteLine(console, $"{"ID".PadRight(idWidth)}  {"STATUS",-9}  {"DONE",5}  {"AGE",8}  STAGE");
        }

        foreach (var task in page.Tasks)
        {
            if (!isTable)
            {
                // The id on a line of its own, where it can be copied from.
                Terminal.WriteLine(console, task.TaskId.Value);
                Terminal.WriteLine(
                    console, $"  {task.Status.ToWireName()}, {Percent.Of(task.Progress)} %, {Age(now - task.CreatedAt)}  {Stage(task)}".TrimEnd());
                continue;
            }

            var percent = $"{Percent.Of(task.Progress)} %";
            Terminal.WriteLine(
                console,
                $"{task.TaskId.Value.PadRight(idWidth)}  {task.Status.ToWireName(),-9}  {percent,5}  {Age(now - task.CreatedAt),8}  {Stage(task)}".TrimEnd());
        }
    }

    private static string Stage(TaskSummary task) =>
        task.Status.IsFinished() || task.CurrentStage is null ? "" : StageTitles.Of(task.CurrentStage);

    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)age.TotalSeconds)} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d"),
    };
}
