using System.Text.Json;

namespace VideoGen.Grains.Tasks;

internal static partial class StoredForm
{
    /// <summary>A command, whose fingerprint is stored. Reports are what comes in crowds.</summary>
    public static void Write(Utf8JsonWriter json, TaskCommand command)
    {
        if (command is not ReportProgress report || !double.IsFinite(report.Fraction))
        {
            JsonSerializer.Serialize(json, command, TaskJson.Default.TaskCommand);
            return;
        }

        json.WriteStartObject();
        json.WriteString("command"u8, "report_progress"u8);
        json.WriteString("stage"u8, report.Stage);
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
            WriteIfSet(json, "extend_lease"u8, lease);
        }
        else
        {
            json.WriteNull("extend_lease"u8);
        }

        json.WriteEndObject();
    }
}
