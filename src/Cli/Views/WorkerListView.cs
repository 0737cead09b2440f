using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Views;

/// <summary>The workers of a cluster, each with what it does and what is wrong with it.</summary>
internal static class WorkerListView
{
    public static void Show(IAnsiConsole console, ImmutableArray<WorkerStatus> workers, DateTimeOffset now, bool isWide = false)
    {
        if (workers.IsEmpty)
        {
            Terminal.WriteLine(console, "No worker is alive. Start one with 'videogen worker'.");
            return;
        }

        foreach (var worker in workers)
        {
            var report = worker.Report;
            var does = $"{report.Stages.Length} of {report.Slots}";
            var heard = Seconds(now - worker.HeardAt);
            Terminal.WriteLine(
                console,
                $"{report.Profile.Worker.Name}: {does} at work, {StatusOf(worker)}, heard {heard} ago, version {report.Version}, "
                    + $"queues {string.Join(", ", report.Queues)}{Having(report.Profile.Capabilities)}");
            if (isWide)
            {
                Terminal.WriteLine(
                    console,
                    $"  does {string.Join(", ", report.Profile.Kinds)}, up {Seconds(report.Up + (now - worker.HeardAt))}, "
                        + $"incarnation {report.Profile.Worker.Incarnation}");
            }

            foreach (var stage in report.Stages)
            {
                Terminal.WriteLine(console, $"  {stage.Task} {stage.Stage} for {Seconds(stage.For + (now - worker.HeardAt))}");
            }

            foreach (var problem in report.Problems)
            {
                Terminal.WriteLine(console, $"  {problem}");
            }
        }
    }

    public static void Write(Utf8JsonWriter writer, ImmutableArray<WorkerStatus> workers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("workers");
        foreach (var worker in workers)
        {
            var report = worker.Report;
            writer.WriteStartObject();
            writer.WriteString("name", report.Profile.Worker.Name);
            writer.WriteString("incarnation", report.Profile.Worker.Incarnation);
            writer.WriteString("version", report.Version);
            writer.WriteNumber("slots", report.Slots);
            writer.WriteString("status", StatusOf(worker));
            writer.WriteString("heard_at", worker.HeardAt);
            WriteTexts(writer, "kinds", report.Profile.Kinds);
            WriteTexts(writer, "capabilities", report.Profile.Capabilities);
            WriteTexts(writer, "queues", report.Queues);
            WriteTexts(writer, "problems", report.Problems);
            writer.WriteStartArray("stages");
            foreach (var stage in report.Stages)
            {
                writer.WriteStartObject();
                writer.WriteString("task_id", stage.Task.Value);
                writer.WriteString("stage", stage.Stage.Value);
                writer.WriteString("since", worker.HeardAt - stage.For);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string StatusOf(WorkerStatus worker) => worker switch
    {
        { Report.IsDraining: true } or { IsToldToDrain: true } => "draining",
        { Report.Unanswered: not null } => "cut off",
        { Report.Stages.IsEmpty: true } => "idle",
        _ => "working",
    };

    private static string Having(ImmutableArray<string> capabilities) => capabilities.IsEmpty ? "" : $", has {string.Join(", ", capabilities)}";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0} s");

    private static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
