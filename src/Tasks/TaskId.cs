using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Tasks;

/// <summary>
/// The name of a task: 1 to 128 characters of <c>A-Z a-z 0-9 . _ -</c>, with no leading dot and no <c>..</c>,
/// so that it is safe as a file name, a key and a part of a URL. Ids differ when their case differs.
/// </summary>
[Immutable, Alias("VideoGen.TaskId")]
[JsonConverter(typeof(TaskIdJsonConverter))]
public readonly record struct TaskId
{
    public const int MaxLength = 128;

    /// <summary>What is said of an id that is missing, or was none when it came over the wire.</summary>
    internal const string Missing =
        "The task id is missing or malformed: it has 1 to 128 characters of A-Z a-z 0-9 . _ - , no leading dot and no two dots in a row.";

    private TaskId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Reads an id, and says in the caller's words why it is not one.</summary>
    public static bool TryParse(string? text, out TaskId id, out string? problem)
    {
        id = default;
        problem = Check(text);
        if (problem is not null)
        {
            return false;
        }

        id = new TaskId(text!);
        return true;
    }

    public static TaskId Parse(string? text) =>
        TryParse(text, out var id, out var problem) ? id : throw new FormatException(problem);

    public override string ToString() => Value ?? "";

    private static string? Check(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "A task id is empty; it needs 1 to 128 characters of A-Z a-z 0-9 . _ -";
        }

        if (text.Length > MaxLength)
        {
            return $"A task id has {text.Length} characters; {MaxLength} is the most.";
        }

        if (text[0] == '.' || text.Contains("..", StringComparison.Ordinal))
        {
            return "A task id must not start with a dot or contain two dots in a row.";
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return "A task id may hold only the characters A-Z a-z 0-9 . _ -";
            }
        }

        return null;
    }
}

/// <summary>The form in which Orleans carries an id: its members and their numbers are a contract with other programs.</summary>
/// <remarks>
/// A record, as the type itself was when its codec was generated: Orleans marks the members of records, and older programs look for the mark.
/// </remarks>
[GenerateSerializer, Immutable]
internal record struct TaskIdOnTheWire
{
    [Id(0)] public string? Value;
}

/// <summary>
/// A generated codec would fill in whatever a sender wrote, past the check of <see cref="TaskId.TryParse"/>. What is no id comes in as none, and whoever uses
/// it says so to the caller. An exception here would be told too, but Orleans then lets the messages that came behind it wait for the next one.
/// </summary>
[RegisterConverter]
internal sealed class TaskIdConverter : IConverter<TaskId, TaskIdOnTheWire>
{
    public TaskId ConvertFromSurrogate(in TaskIdOnTheWire surrogate) => TaskId.TryParse(surrogate.Value, out var id, out _) ? id : default;

    public TaskIdOnTheWire ConvertToSurrogate(in TaskId value) => new() { Value = value.Value };
}

internal sealed class TaskIdJsonConverter : JsonConverter<TaskId>
{
    public override TaskId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TaskId.TryParse(reader.GetString(), out var id, out var problem) ? id : throw new JsonException(problem);

    public override void Write(Utf8JsonWriter writer, TaskId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
