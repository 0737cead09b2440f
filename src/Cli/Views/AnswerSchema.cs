using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Cli.Views;

/// <summary>What the members of answers in JSON are, as <c>docs/cli.schema.json</c> says it; the program has it in itself.</summary>
internal static class AnswerSchema
{
    private const string Resource = "cli.schema.json";

    private const string Definitions = "$defs";

    private const string Reference = "$ref";

    private const string ToDefinition = $"#/{Definitions}/";

    private static readonly JsonSerializerOptions ForPeople = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema of all answers.</summary>
    public static string Whole()
    {
        using var reader = new StreamReader(typeof(AnswerSchema).Assembly.GetManifestResourceStream(Resource)!);
        return reader.ReadToEnd().TrimEnd();
    }

    /// <summary>What commands answer with; the other definitions are parts of answers.</summary>
    public static IEnumerable<string> Names() => NamesIn(Parse());

    /// <summary>The schema of one answer, with the definitions that it needs; null where there is no such answer.</summary>
    public static string? Of(string answer)
    {
        var whole = Parse();
        if (!NamesIn(whole).Contains(answer, StringComparer.Ordinal))
        {
            return null;
        }

        var definitions = whole[Definitions]!.AsObject();
        var schema = definitions[answer]!.DeepClone().AsObject();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        AddNeeds(schema, definitions, needed);
        schema.Insert(0, "$schema", whole["$schema"]!.DeepClone());
        schema.Add(
            Definitions,
            new JsonObject(definitions.Where(one => needed.Contains(one.Key)).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))));
        return schema.ToJsonString(ForPeople);
    }

    private static JsonObject Parse() => JsonNode.Parse(Whole())!.AsObject();

    private static IEnumerable<string> NamesIn(JsonObject whole) => whole["anyOf"]!.AsArray().Select(one => NameIn(one![Reference]));

    private static string NameIn(JsonNode? reference) => reference!.GetValue<string>()[ToDefinition.Length..];

    private static void AddNeeds(JsonNode? node, JsonObject definitions, HashSet<string> needed)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                AddNeeds(item, definitions, needed);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                var named = name == Reference ? NameIn(value) : null;
                AddNeeds(named is not null && needed.Add(named) ? definitions[named] : value, definitions, needed);
            }
        }
    }
}
