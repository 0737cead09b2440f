using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// What kind of value each field of a state file has. The Python system reads a file without lists, maps or times as if they were empty, and so do we; any
/// other difference is told by the name of the field.
/// </summary>
internal static class SeedShape
{
    public const string Task = "the task";

    private static readonly string[] NeededOfTask = ["task_id", "input_config", "status", "overall_progress", "created_at"];

    private static readonly string[] NeededOfStage = ["name", "status", "progress", "started_at", "completed_at"];

    /// <summary>Fields in whose place null is as good as nothing at all.</summary>
    private static readonly string[] NeverNull = ["task_id", "input_config", "created_at", "name"];

    /// <summary>Fields that may be missing or null: then they are empty.</summary>
    private static readonly string[] EmptyOfTask = ["stages", "errors", "warnings", "metadata"];

    private static readonly string[] EmptyOfStage = ["artifacts", "metadata"];

    public static string Stage(string name) => $"stage '{Printable(name)}'";

    /// <summary>Checks the fields of the seed, and takes out those that are there and say nothing.</summary>
    /// <exception cref="FormatException">A field is missing or is not what it should be.</exception>
    public static void Check(JsonObject task)
    {
        CheckTexts(task, "");
        Require(task, NeededOfTask, EmptyOfTask, Task);
        Expect(task, Task, JsonValueKind.String, "a text", "task_id", "status", "current_stage", "created_at");
        Expect(task, Task, JsonValueKind.Object, "a JSON object", "input_config", "stages", "metadata");
        Expect(task, Task, JsonValueKind.Array, "a list", "errors", "warnings");
        ExpectStatus(task, Task);
        ExpectFraction(task, "overall_progress", Task);
        ExpectVersion(task);
        ExpectTexts(task["errors"], "errors");
        ExpectTexts(task["warnings"], "warnings");
        foreach (var (name, node) in task["stages"]?.AsObject() ?? [])
        {
            CheckStage(name, node);
        }
    }

    private static void CheckStage(string name, JsonNode? node)
    {
        var where = Stage(name);
        var stage = node as JsonObject ?? throw new FormatException($"Stage '{Printable(name)}' is not a JSON object.");
        Require(stage, NeededOfStage, EmptyOfStage, where);
        Expect(stage, where, JsonValueKind.String, "a text", "name", "status", "error");
        Expect(stage, where, JsonValueKind.Object, "a JSON object", "artifacts", "metadata");
        ExpectStatus(stage, where);
        ExpectFraction(stage, "progress", where);
        foreach (var (artifact, address) in stage["artifacts"]?.AsObject() ?? [])
        {
            if (address?.GetValueKind() != JsonValueKind.String)
            {
                throw new FormatException($"The artifact '{Printable(artifact)}' of {where} is not a text: {Shown(address)}.");
            }
        }
    }

    private static void Require(JsonObject value, string[] needed, string[] mayBeEmpty, string where)
    {
        foreach (var name in needed)
        {
            if (!value.TryGetPropertyValue(name, out var member) || (member is null && NeverNull.Contains(name)))
            {
                throw new FormatException($"The field '{name}' is missing in {(where == Task ? "the file" : where)}.");
            }
        }

        foreach (var name in mayBeEmpty)
        {
            if (value.TryGetPropertyValue(name, out var member) && member is null)
            {
                value.Remove(name);
            }
        }
    }

    private static void Expect(JsonObject value, string where, JsonValueKind kind, string kindInWords, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (value[name] is { } member && member.GetValueKind() != kind)
            {
                throw new FormatException($"The field '{name}' of {where} is not {kindInWords}: {Shown(member)}.");
            }
        }
    }

    private static void ExpectStatus(JsonObject value, string where)
    {
        if (!RunStatusExtensions.TryParseWireName(value["status"]?.GetValue<string>(), out _))
        {
            throw new FormatException($"The field 'status' of {where} is not a status: {Shown(value["status"])}.");
        }
    }

    /// <summary>What is below 0 or above 1 counts as the nearer of both later on, as in the seed; what no program can hold as a number is refused.</summary>
    private static void ExpectFraction(JsonObject value, string name, string where)
    {
        var member = value[name];
        if (member?.GetValueKind() != JsonValueKind.Number || !member.AsValue().TryGetValue<double>(out var fraction) || !double.IsFinite(fraction))
        {
            throw new FormatException($"The field '{name}' of {where} is not a number between 0 and 1: {Shown(member)}.");
        }

        value[name] = Math.Clamp(fraction, 0, 1);
    }

    private static void ExpectVersion(JsonObject task)
    {
        if (task["version"] is not { } version)
        {
            task["version"] = 0;
        }
        else if (version.GetValueKind() != JsonValueKind.Number || !version.AsValue().TryGetValue<long>(out var number) || number < 0)
        {
            throw new FormatException($"The field 'version' of {Task} is {Shown(version)}; it is a whole number, and versions begin at 0.");
        }
    }

    private static void ExpectTexts(JsonNode? list, string name)
    {
        foreach (var (i, item) in (list?.AsArray() ?? []).Index())
        {
            if (item?.GetValueKind() != JsonValueKind.String)
            {
                throw new FormatException($"Entry {i + 1} of '{name}' is not a text: {Shown(item)}.");
            }
        }
    }

    /// <summary>JSON can spell half of a character, as <c>\ud83c</c> alone; no text can hold it, so that it could be read but never be written.</summary>
    private static void CheckTexts(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    CheckTexts(member, path.Length == 0 ? name : $"{path}.{name}");
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    CheckTexts(item, path);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                try
                {
                    _ = value.GetValue<string>();
                }
                catch (InvalidOperationException exception)
                {
                    throw new FormatException($"The text of '{Printable(path)}' holds half of a character (a lone surrogate). Correct it there.", exception);
                }

                break;
        }
    }

    /// <summary>The beginning of a value, for a message.</summary>
    private static string Shown(JsonNode? value)
    {
        const int MaxShown = 40;
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }

    private static string Printable(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 100), "…");
}
