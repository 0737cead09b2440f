using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// The state file of the Python system, <c>{task_id}.json</c>: its fields with their names and in their order, two blanks of indentation, ASCII only.
/// What a cluster needs besides follows them, and the Python system does not look at it.
/// </summary>
public static class SeedStateFile
{
    private static readonly string[] TaskTimes = ["created_at", "started_at", "completed_at"];

    private static readonly string[] StageTimes = ["started_at", "completed_at"];

    /// <summary>Reads a file that the Python system wrote, or that <see cref="Format"/> made.</summary>
    /// <param name="utf8Json">The content of the file.</param>
    /// <param name="localTime">The zone of times without an offset; null for the zone of this machine, as in the Python system.</param>
    /// <exception cref="FormatException">It is no such file; the message says why.</exception>
    public static TaskState Parse(ReadOnlySpan<byte> utf8Json, TimeZoneInfo? localTime = null)
    {
        var root = SeedSyntax.Parse(utf8Json);
        root.Remove(RecordFile.OurMember);
        return ToState(root, localTime ?? TimeZoneInfo.Local);
    }

    /// <summary>
    /// What the file of a task is called: <c>{task_id}.json</c>, with upper-case letters spelled out so that ids which differ in case have different files
    /// everywhere.
    /// </summary>
    public static string NameOf(TaskId task) => RecordFileNames.OfTask(task.Value);

    /// <summary>The whole content of the file.</summary>
    public static byte[] Format(TaskState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var task = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(state, TaskJson.Default.TaskState));
        var json = new PythonJson();
        json.BeginObject();
        WriteMembers(json, task.RootElement);
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <exception cref="FormatException">A field is missing or is not what it should be.</exception>
    internal static TaskState ToState(JsonObject root, TimeZoneInfo local)
    {
        try
        {
            SeedShape.Check(root);
            UseUtc(root, TaskTimes, local, SeedShape.Task);
            foreach (var (name, stage) in root["stages"]?.AsObject() ?? [])
            {
                UseUtc(stage!.AsObject(), StageTimes, local, SeedShape.Stage(name));
            }

            return root.Deserialize(TaskJson.Default.TaskState)!;
        }
#pragma warning disable CA1031 // Whatever the reader of JSON objects to is a fault of this one file, and must not end what is done with the others.
        catch (Exception exception) when (exception is not FormatException)
#pragma warning restore CA1031
        {
            throw new FormatException($"It is not a state file: {SeedSyntax.Explain(exception)}", exception);
        }
    }

    /// <summary>The members of a stored task, each as the Python system writes it.</summary>
    internal static void WriteMembers(PythonJson json, JsonElement task)
    {
        var first = true;
        foreach (var member in task.EnumerateObject())
        {
            json.Name(member.Name, first);
            first = false;
            if (member.NameEquals("stages"u8) && member.Value.ValueKind == JsonValueKind.Object)
            {
                json.Object(member.Value, (_, stage) => json.Object(stage, (name, value) => WriteField(json, name, value, "progress", StageTimes)));
            }
            else
            {
                WriteField(json, member.Name, member.Value, "overall_progress", TaskTimes);
            }
        }
    }

    private static void WriteField(PythonJson json, string name, JsonElement value, string fraction, string[] times)
    {
        if (value.ValueKind == JsonValueKind.Number && name == fraction)
        {
            json.Float(value.GetDouble());
        }
        else if (value.ValueKind == JsonValueKind.String && times.Contains(name))
        {
            json.String(SeedTime.Format(value.GetDateTimeOffset()));
        }
        else
        {
            json.Value(value);
        }
    }

    private static void UseUtc(JsonObject value, string[] names, TimeZoneInfo local, string where)
    {
        foreach (var name in names)
        {
            if (value[name] is { } node)
            {
                value[name] = node.GetValueKind() == JsonValueKind.String && SeedTime.TryParse(node.GetValue<string>(), local, out var time)
                    ? JsonValue.Create(time)
                    : throw new FormatException($"The field '{name}' of {where} is not a time: {node.ToJsonString()}.");
            }
        }
    }
}
