using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Tasks.Slots;

namespace VideoGen.Cli.Views;

/// <summary>The limits over all workers, each with who holds it.</summary>
internal static class LimitListView
{
    /// <param name="console">The console to write to.</param>
    /// <param name="limits">Each with its definition.</param>
    /// <param name="isWide">Whether each holder has a line of its own.</param>
    public static void Show(IAnsiConsole console, ImmutableArray<LimitStatus> limits, bool isWide)
    {
        if (limits.IsEmpty)
        {
            Terminal.WriteLine(console, "There are no limits. Define one with 'videogen limit set NAME'.");
            return;
        }

        foreach (var status in limits)
        {
            var holders = status.Holders.Select(use => $"{use.Task}/{use.Stage} on {use.Worker}").ToList();
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{status.Definition!.Name}: {status.Definition}; {status.Used} taken, {status.Waiting} wait.");
            Terminal.WriteLine(console, isWide ? line : $"{line} {string.Join(", ", holders)}".TrimEnd());
            if (status is { RestsUntil: { } until, RestReason: { } reason })
            {
                Terminal.WriteLine(console, $"  rests until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}: {reason}");
            }

            foreach (var holder in isWide ? holders : [])
            {
                Terminal.WriteLine(console, $"  {holder}");
            }
        }
    }

    /// <summary>With the names of the API.</summary>
    public static void Write(Utf8JsonWriter writer, ImmutableArray<LimitStatus> limits)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("limits");
        foreach (var status in limits)
        {
            var limit = status.Definition!;
            writer.WriteStartObject();
            writer.WriteString("name", limit.Name);
            if (limit.MaxConcurrent is { } most)
            {
                writer.WriteNumber("max_concurrent", most);
            }
            else
            {
                writer.WriteNull("max_concurrent");
            }

            if (limit.Rate is { } rate)
            {
                writer.WriteStartObject("rate");
                writer.WriteNumber("count", rate.Count);
                writer.WriteNumber("per_s", rate.Per.TotalSeconds);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("rate");
            }

            writer.WriteNumber("used", status.Used);
            writer.WriteNumber("waiting", status.Waiting);
            writer.WriteStartArray("holders");
            foreach (var use in status.Holders)
            {
                writer.WriteStartObject();
                writer.WriteString("task_id", use.Task.Value);
                writer.WriteString("stage", use.Stage.Value);
                writer.WriteString("queue", use.Queue);
                writer.WriteNumber("weight", use.Weight);
                writer.WriteString("worker", use.Worker);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            Terminal.WriteTime(writer, "rests_until", status.RestsUntil);
            writer.WriteString("rest_reason", status.RestReason);
            Terminal.WriteTime(writer, "next_at", status.NextAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
