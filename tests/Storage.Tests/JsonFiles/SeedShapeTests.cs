using System.Text;
using System.Text.Json.Nodes;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.JsonFiles;

/// <summary>What a state file of the Python system may be: what is missing is empty, what is odd is taken, and what is wrong is refused by its name.</summary>
public sealed class SeedShapeTests
{
    private static readonly TimeZoneInfo Kolkata = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    /// <summary>The Python system reads a file without them as if they were empty.</summary>
    [Theory]
    [InlineData("errors")]
    [InlineData("warnings")]
    [InlineData("metadata")]
    [InlineData("result")]
    [InlineData("version")]
    [InlineData("stages")]
    [InlineData("stages.a.artifacts")]
    [InlineData("stages.a.metadata")]
    [InlineData("stages.a.error")]
    public void WhatIsMissingOrNullIsEmpty(string field)
    {
        foreach (var asNull in new[] { false, true })
        {
            var state = SeedStateFile.Parse(Changed(field, asNull ? "null" : null));
            Assert.Equal(Compact(Changed(field, Empty(field))), Compact(SeedStateFile.Format(state)));
            Assert.Equal(SeedStateFile.Format(state), SeedStateFile.Format(SeedStateFile.Parse(SeedStateFile.Format(state))));
        }
    }

    [Theory]
    [InlineData("overall_progress", "1e999", "'overall_progress' of the task is not a number between 0 and 1: 1e999")]
    [InlineData("overall_progress", "\"0.5\"", "'overall_progress' of the task is not a number")]
    [InlineData("stages.a.progress", "-1e999", "'progress' of stage 'a' is not a number")]
    [InlineData("stages.a.progress", "NaN", "line ")]
    [InlineData("stages.a.progress", "Infinity", "line ")]
    [InlineData("status", "2", "'status' of the task is not a text: 2")]
    [InlineData("stages.a.status", "7", "'status' of stage 'a' is not a text: 7")]
    [InlineData("stages.a.status", "\"done\"", "'status' of stage 'a' is not a status: \"done\"")]
    [InlineData("metadata", "{\"m\":\"x \\ud83c y\"}", "'metadata.m' holds half of a character")]
    [InlineData("errors", "[\"\\udc00\"]", "'errors' holds half of a character")]
    [InlineData("metadata", "{\"\\ud83c\":1}", "state file")]
    [InlineData("errors", "\"one\"", "'errors' of the task is not a list")]
    [InlineData("errors", "[1]", "Entry 1 of 'errors' is not a text: 1")]
    [InlineData("warnings", "[null]", "Entry 1 of 'warnings' is not a text: null")]
    [InlineData("metadata", "[]", "'metadata' of the task is not a JSON object")]
    [InlineData("stages", "[]", "'stages' of the task is not a JSON object")]
    [InlineData("stages.a", "null", "Stage 'a' is not a JSON object")]
    [InlineData("stages.a.artifacts", "{\"video\":7}", "artifact 'video' of stage 'a' is not a text: 7")]
    [InlineData("stages.a.name", "null", "'name' is missing in stage 'a'")]
    [InlineData("input_config", "\"talk.md\"", "'input_config' of the task is not a JSON object")]
    [InlineData("task_id", "17", "'task_id' of the task is not a text")]
    [InlineData("task_id", "\"../../x\"", "A task id must not start with a dot")]
    [InlineData("task_id", "\"a/b\"", "A task id may hold only the characters")]
    [InlineData("task_id", "null", "'task_id' is missing in the file")]
    [InlineData("created_at", "1765879872", "'created_at' of the task is not a text")]
    [InlineData("created_at", "null", "'created_at' is missing in the file")]
    [InlineData("created_at", "\"16.12.2025\"", "'created_at' of the task is not a time")]
    [InlineData("stages.a.started_at", "\"0001-01-01T00:00:00\"", "'started_at' of stage 'a' is not a time")]
    [InlineData("version", "1e400", "versions begin at 0")]
    [InlineData("version", "99999999999999999999", "versions begin at 0")]
    [InlineData("version", "1.5", "versions begin at 0")]
    [InlineData("version", "-1", "versions begin at 0")]
    [InlineData("priority", "99999999999", "'priority': ")]
    public void AWrongFieldIsNamedWithWhatItHolds(string field, string value, string why)
    {
        var refusal = Assert.Throws<FormatException>(() => SeedStateFile.Parse(Changed(field, value), Kolkata));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>As in the seed, a fraction counts as the nearest one between 0 and 1; numbers that only the stages know are kept as they are.</summary>
    [Theory]
    [InlineData("stages.a.progress", "1e300", "\"progress\": 1.0")]
    [InlineData("stages.a.progress", "-0.5", "\"progress\": 0.0")]
    [InlineData("overall_progress", "2", "\"overall_progress\": 1.0")]
    [InlineData("metadata", "{\"retry_count\":99999999999999999999}", "\"retry_count\": 99999999999999999999")]
    [InlineData("stages.a.metadata", "{\"retry_count\":-1}", "\"retry_count\": -1")]
    [InlineData("created_at", "\"2025-12-16 10:11:12\"", "\"created_at\": \"2025-12-16T04:41:12+00:00\"")]
    [InlineData("created_at", "\"2025-12-16T10:11:12Z\"", "\"created_at\": \"2025-12-16T10:11:12+00:00\"")]
    [InlineData("created_at", "\"2025-12-16T10:11:12-02:30\"", "\"created_at\": \"2025-12-16T12:41:12+00:00\"")]
    [InlineData("created_at", "\"2025-12-16\"", "\"created_at\": \"2025-12-15T18:30:00+00:00\"")]
    public void AnOddFieldIsTaken(string field, string value, string written) => Assert.Contains(
        written, Encoding.ASCII.GetString(SeedStateFile.Format(SeedStateFile.Parse(Changed(field, value), Kolkata))), StringComparison.Ordinal);

    [Fact]
    public void AByteOrderMarkIsNoPartOfTheText() =>
        Assert.Equal("t", SeedStateFile.Parse([0xEF, 0xBB, 0xBF, .. Changed("version", "3")]).TaskId.Value);

    [Fact]
    public void TextThatIsNotUtf8IsRefusedInWords()
    {
        var text = Encoding.UTF8.GetString(Changed("version", "3"));
        var refusal = Assert.Throws<FormatException>(() => SeedStateFile.Parse([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]));
        Assert.Contains("UTF-16", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What is taken can be stored and read again; one level more is refused.</summary>
    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    [InlineData(20_000, false)]
    public void WhatIsNestedTooDeepIsRefusedInWords(int depth, bool taken)
    {
        var file = Changed("metadata", $"{{\"m\":{new string('[', depth)}{new string(']', depth)}}}");
        if (taken)
        {
            new TaskDocument().Load(new TaskDocument(SeedStateFile.Parse(file), new CommitRecord()).ToUtf8Json().ToMemory());
            return;
        }

        Assert.Contains("depth", Assert.Throws<FormatException>(() => SeedStateFile.Parse(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "state file")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"task_id\": \"x\"", "state file")]
    [InlineData("{\"task_id\": \"x\"}", "'input_config' is missing")]
    [InlineData("{\"task_id\": \"x\", \"task_id\": \"x\"}", "state file")]
    public void WhatIsNoStateFileIsRefusedInWords(string text, string why)
    {
        var refusal = Assert.Throws<FormatException>(() => SeedStateFile.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    private static string Empty(string field) => field.Split('.')[^1] switch
    {
        "errors" or "warnings" => "[]",
        "metadata" or "stages" or "artifacts" => "{}",
        "version" => "0",
        _ => "null",
    };

    /// <summary>A small state file, with other text as the value of a field, or without that field.</summary>
    private static byte[] Changed(string field, string? value)
    {
        const string File = """
            {"task_id":"t","input_config":{},"status":"running","current_stage":"a","overall_progress":0.5,"stages":{"a":{"name":"a","status":"running",
            "progress":0.5,"started_at":null,"completed_at":null,"error":null,"artifacts":{},"metadata":{}}},
            "created_at":"2025-12-16T10:11:12+00:00","started_at":null,
            "completed_at":null,"result":null,"errors":[],"warnings":[],"metadata":{},"version":0}
            """;
        const string Mark = "here it is";
        var root = JsonNode.Parse(File)!.AsObject();
        var path = field.Split('.');
        var parent = path[..^1].Aggregate(root, (node, name) => node[name]!.AsObject());
        if (value is null)
        {
            parent.Remove(path[^1]);
        }
        else
        {
            parent[path[^1]] = Mark;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal));
    }

    private static string Compact(byte[] file) => JsonNode.Parse(file)!.ToJsonString();
}
