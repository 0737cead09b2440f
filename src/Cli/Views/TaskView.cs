using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Views;

/// <summary>One task, whole.</summary>
internal static class TaskView
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss'Z'";

    public static void Show(IAnsiConsole console, TaskSnapshot snapshot, DateTimeOffset now)
    {
        var state = snapshot.ToState();
        Field("Task", state.TaskId.Value);
        Field("Status", $"{state.Status.ToWireName()}, {Percent.Of(state.OverallProgress)} %");
        Field("Pipeline", state.Pipeline is { } pipeline ? $"{pipeline.Name} {pipeline.DefinitionVersion}" : null);
        Field("Priority", state.Priority != 0 ? state.Priority.ToString(CultureInfo.InvariantCulture) : null);
        Field("Created", Time(state.CreatedAt));
        Field("Started", state.StartedAt is { } started ? Time(started) : null);
        Field("Ended", state.CompletedAt is { } ended ? $"{Time(ended)}, after {StageLine.Format(ended - (state.StartedAt ?? state.CreatedAt))}" : null);
        Field("Labels", state.Labels is { } labels ? string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}")) : null);
        Field("Version", string.Create(CultureInfo.InvariantCulture, $"{snapshot.Version}, in {snapshot.Writes} writes"));
        Terminal.WriteLine(console, "");
        Stages(console, state, now);
        List(console, "Errors", state.PresentErrors);
        List(console, "Warnings", state.PresentWarnings);
        List(console, "Errors before the retry", state.Errors[..^state.PresentErrors.Length]);
        List(console, "Warnings before the retry", state.Warnings[..^state.PresentWarnings.Length]);

        void Field(string name, string? value)
        {
            if (value is { Length: > 0 })
            {
                Terminal.WriteLine(console, $"{name,-9} {value}");
            }
        }
    }

    /// <summary>The stored state as it is, and the counters of its record beside it.</summary>
    public static void Write(Utf8JsonWriter writer, TaskSnapshot snapshot)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("task");
        using (var state = JsonDocument.Parse(snapshot.Json))
        {
            state.RootElement.WriteTo(writer);
        }

        writer.WriteNumber("version", snapshot.Version);
        writer.WriteNumber("writes", snapshot.Writes);
        writer.WriteString("etag", snapshot.ETag);
        writer.WriteEndObject();
    }

    private static void Stages(IAnsiConsole console, TaskState state, DateTimeOffset now)
    {
        if (state.Stages.Count == 0)
        {
            return;
        }

        var width = Math.Max(5, state.Stages.Max(stage => stage.Name.Length));
        Terminal.WriteLine(console, $"{"STAGE".PadRight(width)}  {"STATUS",-9}  {"DONE",5}  {"STARTED",-20}  {"TOOK",7}  {"TRY",3}  MESSAGE");
        foreach (var stage in state.Stages)
        {
            var percent = $"{Percent.Of(stage.Progress)} %";
            var started = stage.StartedAt is { } start ? Time(start) : "";
            var took = stage.StartedAt is null ? "" : StageLine.Format((stage.CompletedAt ?? now) - stage.StartedAt.Value);
            var attempt = stage.Attempt == 0 ? "" : stage.Attempt.ToString(CultureInfo.InvariantCulture);
            var message = stage.Error ?? stage.Skipped ?? stage.Message;
            var status = stage.Skipped is null ? stage.Status.ToWireName() : "skipped";
            Terminal.WriteLine(
                console,
                $"{stage.Name.PadRight(width)}  {status,-9}  {percent,5}  {started,-20}  {took,7}  {attempt,3}  {message}".TrimEnd());
        }
    }

    private static void List(IAnsiConsole console, string title, IReadOnlyCollection<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        Terminal.WriteLine(console, "");
        Terminal.WriteLine(console, title);
        foreach (var line in lines)
        {
            Terminal.WriteLine(console, $"  {line}");
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
