using System.Text.Json;
using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.Contracts;

/// <summary>
/// Writes a command byte for byte as the serializer does with <see cref="CommandJson"/>. Reports are many, so they are written by hand.
/// </summary>
internal static class CommandJsonWriter
{
    public static void Write(Utf8JsonWriter json, TaskCommand command)
    {
        if (command is not ReportProgress report || !double.IsFinite(report.Fraction))
        {
            JsonSerializer.Serialize(json, command, CommandJson.Default.TaskCommand);
            return;
        }

        json.WriteStartObject();
        json.WriteString("command"u8, "report_progress"u8);
        json.WriteString("stage"u8, report.Stage.Value);
        if (report.Token is { } token)
        {
            json.WriteNumber("token"u8, token);
        }
        else
        {
            json.WriteNull("token"u8);
        }

        json.WriteNumber("fraction"u8, report.Fraction);
        json.WriteString("message"u8, report.Message);
        json.WriteNumber("sequence"u8, report.Sequence);
        json.WriteString("unit"u8, report.Unit);
        json.WriteNumber("unit_count"u8, report.UnitCount);
        json.WriteBoolean("durable"u8, report.Durable);
        if (report.ExtendLease is { } lease)
        {
            json.WriteIfSet("extend_lease"u8, lease);
        }
        else
        {
            json.WriteNull("extend_lease"u8);
        }

        json.WriteEndObject();
    }
}
