using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Spectre.Console.Testing;
using VideoGen.Cli.Views;

namespace VideoGen.Cli.Tests.Views;

/// <summary>What commands answer in JSON is what the schema says, and nothing besides.</summary>
public sealed class AnswerSchemaTests : IDisposable
{
    private static readonly EvaluationOptions Strictly = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly TestConsole _console = new TestConsole().Width(100);

    private readonly StringWriter _error = new();

    public static TheoryData<string> Answers => [.. AnswerSamples.All.Keys];

    public void Dispose()
    {
        _console.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void TheSchemaIsOneAndHasEveryAnswer()
    {
        AssertValid(MetaSchemas.Draft202012, AnswerSchema.Whole());
        Assert.Equal(AnswerSamples.All.Keys, AnswerSchema.Names().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void AnAnswerIsWhatTheSchemaSays(string answer)
    {
        var schema = JsonSchema.FromText(AnswerSchema.Of(answer)!);
        var sample = AnswerSamples.All[answer];

        Assert.All(sample.Rich, rich => AssertValid(schema, rich));
        AssertValid(schema, sample.Bare);
        Assert.False(schema.Evaluate(JsonNode.Parse("{}"), Strictly).IsValid, "Nothing is required.");
    }

    /// <summary>A member that the schema does not name is no promise to anybody; one that it names and that is never there is a false one.</summary>
    [Fact]
    public void TheSchemaNamesEveryMemberAndWordAndNoOthers()
    {
        using var schema = JsonDocument.Parse(AnswerSchema.Whole());
        var reading = new SchemaReading(schema.RootElement);
        foreach (var (answer, sample) in AnswerSamples.All)
        {
            foreach (var text in sample.Rich.Append(sample.Bare))
            {
                using var json = JsonDocument.Parse(text);
                reading.Read(json.RootElement, answer);
            }
        }

        Assert.Empty(reading.Undocumented);
        Assert.Empty(reading.Unseen);
    }

    [Fact]
    public async Task TheGuideNamesTheMembersOfEveryAnswer()
    {
        var guide = await File.ReadAllLinesAsync(
            Path.Combine(HttpCommandTests.Repository(), "docs", "cli.md"), TestContext.Current.CancellationToken);

        Assert.All(AnswerSamples.All.Where(sample => sample.Key != "describe"), sample =>
        {
            var row = Assert.Single(guide, line => line.StartsWith($"| `{sample.Key}`", StringComparison.Ordinal));
            using var json = JsonDocument.Parse(sample.Value.Rich[0]);
            var members = json.RootElement.EnumerateObject().ToList();
            var below = members.Where(member => member.Value.ValueKind == JsonValueKind.Array && member.Value[0].ValueKind == JsonValueKind.Object)
                .SelectMany(member => member.Value[0].EnumerateObject());
            Assert.All(members.Concat(below), member => Assert.Contains($"`{member.Name}`", row, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task ThePrintedSchemaIsTheDocumentedOne()
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(HttpCommandTests.Repository(), "docs", "cli.schema.json"), TestContext.Current.CancellationToken);

        Assert.Equal(0, await RunAsync("schema"));

        Assert.Equal(document, _console.Output);
    }

    [Fact]
    public async Task TheSchemaOfOneAnswerHasWhatItNeedsAndNoMore()
    {
        Assert.Equal(0, await RunAsync("schema", "limit_list"));

        using var schema = JsonDocument.Parse(_console.Output);
        Assert.Equal(["$schema", "title", "type", "required", "properties", "$defs"], schema.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ["limit", "holder", "task_id", "stage_name", "name", "worker_name"],
            schema.RootElement.GetProperty("$defs").EnumerateObject().Select(definition => definition.Name));
    }

    [Theory]
    [InlineData("lst", "No command answers with 'lst' in JSON. Did you mean 'list'? These have a schema: list, get, describe, submit, ")]
    [InlineData("task_id", "No command answers with 'task_id' in JSON. These have a schema: list, ")]
    public async Task AnAnswerThatThereIsNotIsSaidWithThoseThatThereAre(string answer, string message)
    {
        Assert.Equal(2, await RunAsync("schema", answer));

        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _console.Output);
    }

    private static void AssertValid(JsonSchema schema, string json)
    {
        var result = schema.Evaluate(JsonNode.Parse(json), Strictly);
        var problems = result.Details.Where(detail => detail.HasErrors)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
        Assert.True(result.IsValid, $"{string.Join('\n', problems)}\n{json}");
    }

    private Task<int> RunAsync(params string[] arguments) => new CommandLine(_console, _error).RunAsync(arguments);
}
