using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Views;

/// <summary>The queues of a cluster, each with what waits in it and what keeps that from being done.</summary>
internal static class QueueListView
{
    public static void Show(IAnsiConsole console, QueueList list, DateTimeOffset now)
    {
        if (list.Queues.IsEmpty)
        {
            Terminal.WriteLine(console, "Nothing waits, no worker is alive, and nothing is set for a queue.");
            return;
        }

        foreach (var queue in list.Queues)
        {
            var oldest = queue.Oldest is { } created
                ? string.Create(CultureInfo.InvariantCulture, $", the oldest of a task made {Math.Max(0, (now - created).TotalSeconds):0} s ago")
                : "";
            Terminal.WriteLine(
                console,
                $"{queue.Name}: {Count(queue.Waiting, "stage waits", "stages wait")}{oldest}, {Count(queue.Workers, "worker", "workers")}, "
                    + $"takes tasks below {queue.Most}");
            if (queue.Pause is { } pause)
            {
                Terminal.WriteLine(console, $"  {pause}");
            }
        }

        if (list.LeftOut > 0)
        {
            Terminal.WriteLine(console, $"Fewer wait in each of {list.LeftOut} more.");
        }
    }

    public static void Write(Utf8JsonWriter writer, QueueList list)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("queues");
        foreach (var queue in list.Queues)
        {
            writer.WriteStartObject();
            writer.WriteString("name", queue.Name);
            writer.WriteNumber("waiting", queue.Waiting);
            Terminal.WriteTime(writer, "oldest_at", queue.Oldest);
            writer.WriteNumber("workers", queue.Workers);
            writer.WriteNumber("most", queue.Most);
            if (queue.Pause is { } pause)
            {
                writer.WriteStartObject("pause");
                writer.WriteString("by", pause.By);
                writer.WriteString("reason", pause.Reason);
                writer.WriteString("at", pause.At);
                Terminal.WriteTime(writer, "until", pause.Until);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("pause");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("left_out", list.LeftOut);
        writer.WriteEndObject();
    }

    private static string Count(long number, string one, string more) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : more)}");
}
