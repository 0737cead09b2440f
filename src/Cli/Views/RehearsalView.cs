using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Rehearsal;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;

namespace VideoGen.Cli.Views;

/// <summary>What came out of a rehearsal, for a person and for a script.</summary>
internal static class RehearsalView
{
    public static void Show(IAnsiConsole console, RehearsalReport report)
    {
        var history = report.History;
        Terminal.WriteLine(console, "");
        foreach (var verdict in report.Verdicts)
        {
            Terminal.WriteLine(console, $"{verdict.Promise,-4}{Name(verdict.Kind),-10} {verdict.LookedAt}");
            foreach (var evidence in verdict.Evidence)
            {
                Terminal.WriteLine(console, $"      {evidence}");
            }
        }

        Terminal.WriteLine(console, "");
        Terminal.WriteLine(
            console,
            $"{Sum(history, blow => blow.Kills)} kills, {Sum(history, blow => blow.Stops)} stops, {Sum(history, blow => blow.Cuts)} cuts, "
                + $"{Sum(history, blow => blow.FullDisks)} full disks in {Seconds(report.Time)}; {history.Submitted.Length} tasks, "
                + $"{history.Words.Count(word => word.IsCompletion)} stages, {history.Updates.Length} updates, {history.Reads.Length} reads; "
                + $"seed {report.Options.Seed}");
        foreach (var missing in report.NotTried)
        {
            Terminal.WriteLine(console, $"Not tried: {missing}.");
        }

        if (report.Remains is { } remains)
        {
            Terminal.WriteLine(console, $"Logs and store: {remains}");
        }
    }

    public static void Write(Utf8JsonWriter writer, RehearsalReport report)
    {
        var history = report.History;
        writer.WriteStartObject();
        writer.WriteBoolean("kept", report.IsKept);
        writer.WriteNumber("seed", report.Options.Seed);
        writer.WriteNumber("silos", report.Options.Silos);
        writer.WriteNumber("workers", report.Options.Workers);
        writer.WriteString("pipeline", report.Options.Pipeline.Task.Pipeline!.Name);
        writer.WriteNumber("seconds", Math.Round(report.Time.TotalSeconds, 1));
        writer.WriteNumber("kills", Sum(history, blow => blow.Kills));
        writer.WriteNumber("stops", Sum(history, blow => blow.Stops));
        writer.WriteNumber("cuts", Sum(history, blow => blow.Cuts));
        writer.WriteNumber("full_disks", Sum(history, blow => blow.FullDisks));
        writer.WriteNumber("tasks", history.Submitted.Length);
        writer.WriteNumber("stages", history.Words.Count(word => word.IsCompletion));
        writer.WriteNumber("updates", history.Updates.Length);
        writer.WriteNumber("reads", history.Reads.Length);
        writer.WriteStartArray("promises");
        foreach (var verdict in report.Verdicts)
        {
            writer.WriteStartObject();
            writer.WriteString("promise", verdict.Promise);
            writer.WriteString("verdict", Name(verdict.Kind));
            writer.WriteString("looked_at", verdict.LookedAt);
            WriteTexts(writer, "evidence", verdict.Evidence);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("timeline");
        foreach (var blow in history.Blows)
        {
            writer.WriteStartObject();
            writer.WriteNumber("at_s", Math.Round(blow.At.TotalSeconds, 1));
            writer.WriteString("blow", blow.What);
            if (blow.WentOnAfter is { } after)
            {
                writer.WriteNumber("went_on_after_s", Math.Round(after.TotalSeconds, 1));
            }
            else
            {
                writer.WriteNull("went_on_after_s");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTexts(writer, "not_tried", report.NotTried);
        writer.WriteString("remains", report.Remains);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    private static int Sum(RehearsalHistory history, Func<Blow, int> number) => history.Blows.Sum(number);

    private static string Name(VerdictKind kind) => kind switch
    {
        VerdictKind.Kept => "kept",
        VerdictKind.Broken => "broken",
        _ => "not tried",
    };
}
