using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Records;

/// <summary>The marks of a task: a text in its metadata, to which every update appends one of its own.</summary>
internal static class MarkText
{
    public const char End = ';';

    private const string Key = "marks";

    public static string Of(TaskState state) => state.Metadata.TryGetValue(Key, out var marks) ? marks.ToElement().GetString()! : "";

    public static TaskState Append(TaskState state, string mark) =>
        state with { Metadata = state.Metadata.SetItem(Key, JsonText.FromString($"{Of(state)}{mark}{End}")) };

    public static string[] Split(string marks) => marks.Split(End, StringSplitOptions.RemoveEmptyEntries);
}
