using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Cli.Views;

/// <summary>One task, whole.</summary>
internal static class TaskView
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss'Z'";

    /// <summary>Columns of the table of stages beside the name and the message, with and without the time of the start.</summary>
    private const int FixedWidth = 56;

    private const int TimeWidth = 22;

    /// <summary>Columns that a message needs for being read.</summary>
    private const int MessageWidth = 12;

    /// <param name="console">The console to write to.</param>
    /// <param name="snapshot">Of the task.</param>
    /// <param name="waits">Its stages that wait, and why.</param>
    /// <param name="now">Tells for how long stages have been at work.</param>
    /// <param name="width">Columns that there are; null for any number.</param>
    /// <param name="all">Whether each member of a group has a line of its own.</param>
    public static void Show(
        IAnsiConsole console, TaskSnapshot snapshot, ImmutableArray<StageWait> waits, DateTimeOffset now, int? width, bool all = false)
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
        List(console, "Errors", state.PresentErrors);
        List(console, "Warnings", state.PresentWarnings);
        List(console, "Waiting", [.. waits.Select(wait => $"{wait.Stage}: {wait.Sentence}")]);
        Terminal.WriteLine(console, "");
        Stages(console, state, now, width ?? int.MaxValue, all);
        List(console, "Earlier attempts", AttemptLines.Former(state));
        List(console, "Done by", AttemptLines.Completed(state));
        List(console, "Acts", [.. (state.Acts.IsDefault ? [] : state.Acts).Select(ActLine)]);
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
    public static void Write(Utf8JsonWriter writer, TaskSnapshot snapshot, ImmutableArray<StageWait> waits)
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
        writer.WriteStartArray("waits");
        foreach (var wait in waits)
        {
            writer.WriteStartObject();
            writer.WriteString("stage", wait.Stage.Value);
            writer.WriteString("reason", wait.Obstacle.Kind.ToWireName());
            writer.WriteString("sentence", wait.Sentence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string ActLine(PastAct act)
    {
        var from = act.From is null ? "" : $" from {act.From}";
        return $"{Time(act.At)}: {act.Act}, by {act.By}{from}{(act.Reason is null ? "" : $" ({act.Reason})")}";
    }

    private static void Stages(IAnsiConsole console, TaskState state, DateTimeOffset now, int width, bool all)
    {
        if (state.Stages.Count == 0)
        {
            return;
        }

        var members = state.Stages.Where(stage => stage.Name.Group is { } group && state.Stages.Contains(group)).ToLookup(stage => stage.Name.Group!.Value);
        var shown = state.Stages.Where(stage => all || stage.Name.Group is not { } group || !members.Contains(group)).ToList();
        var nameWidth = Math.Max(5, shown.Max(stage => stage.Name.Value.Length));
        var hasTimes = width - nameWidth >= FixedWidth + MessageWidth;
        var isTable = width - nameWidth >= FixedWidth - TimeWidth + MessageWidth;
        if (isTable)
        {
            var started = hasTimes ? $"  {"STARTED",-20}" : "";
            Terminal.WriteLine(console, $"{"STAGE".PadRight(nameWidth)}  {"STATUS",-9}  {"DONE",5}{started}  {"TOOK",7}  {"TRY",3}  MESSAGE");
        }

        foreach (var stage in shown)
        {
            var percent = $"{Percent.Of(stage.Progress)} %";
            var took = stage.StartedAt is null ? "" : StageLine.Format((stage.CompletedAt ?? now) - stage.StartedAt.Value);
            var attempt = stage.Attempt == 0 ? "" : stage.Attempt.ToString(CultureInfo.InvariantCulture);
            var message = stage.Error ?? stage.Skipped ?? stage.Message ?? (members.Contains(stage.Name) ? SumOf(members[stage.Name]) : null);
            var status = stage.Skipped is not null ? "skipped" : stage.ReusedFrom is not null ? "reused" : stage.Status.ToWireName();
            if (isTable)
            {
                var started = hasTimes ? $"  {(stage.StartedAt is { } start ? Time(start) : ""),-20}" : "";
                Terminal.WriteLine(
                    console, $"{stage.Name.Value.PadRight(nameWidth)}  {status,-9}  {percent,5}{started}  {took,7}  {attempt,3}  {message}".TrimEnd());
                continue;
            }

            Terminal.WriteLine(console, stage.Name.Value);
            Terminal.WriteLine(console, $"  {status}, {percent}{(took.Length > 0 ? $", {took}" : "")}{(stage.Attempt > 1 ? $", try {attempt}" : "")}");
            if (message is { Length: > 0 })
            {
                Terminal.WriteLine(console, $"  {message}");
            }
        }

        if (shown.Count < state.Stages.Count)
        {
            Terminal.WriteLine(console, $"--all lists the {state.Stages.Count - shown.Count} members of groups.");
        }
    }

    /// <summary><c>14 of 16 completed, 1 failed, 1 running</c>.</summary>
    private static string SumOf(IEnumerable<StageState> members)
    {
        var counts = members.CountBy(member => member.Status).ToDictionary();
        var others = counts.Where(count => count.Key != RunStatus.Completed).OrderByDescending(count => count.Key == RunStatus.Failed)
            .ThenBy(count => count.Key).Select(count => $", {count.Value} {count.Key.ToWireName()}");
        return $"{counts.GetValueOrDefault(RunStatus.Completed)} of {counts.Values.Sum()} completed{string.Concat(others)}";
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
