using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Client.Pipelines;
using VideoGen.Client.Tests.Guide;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Client.Tests.Pipelines;

/// <summary>Pipelines that people write: each mistake is said with its place, all of them at once.</summary>
public sealed class PipelineJsonTests
{
    [Fact]
    public void AShortDefinitionHasTheUsualValues()
    {
        var pipeline = Parse("""{"name": "p", "stages": [{"name": "a"}]}""");

        Assert.Equal(("p", 1, null), (pipeline.Name, pipeline.Version, pipeline.Timeout));
        AssertEqual(new StageDefinition { Name = "a" }, Assert.Single(pipeline.Stages));
    }

    [Fact]
    public void EveryMemberIsRead()
    {
        var pipeline = Parse("""
            // A comment, and trailing commas.
            {
              "$schema": "x", "name": "p", "version": 7, "timeout": "1.5h",
              "stages": [
                { "name": "parts", "is_group": true },
                {
                  "name": "b", "depends_on": ["parts"], "queue": "gpu", "critical": true, "run_timeout": "00:01:30", "needs": ["gpu"],
                  "parameters": { "quality": [1, 2] }, "limits": ["vendor", { "name": "gpu", "weight": 2 }],
                  "retry": { "max_attempts": 5, "first_delay": "500ms", "factor": 3, "max_delay": "10m", "jitter": 0, "non_retryable_codes": ["x"], },
                },
              ],
            }
            """);

        Assert.Equal((7, TimeSpan.FromMinutes(90)), (pipeline.Version, pipeline.Timeout));
        AssertEqual(new StageDefinition { Name = "parts", IsGroup = true }, pipeline.Stages[0]);
        AssertEqual(
            new StageDefinition
            {
                Name = "b",
                DependsOn = ["parts"],
                Queue = "gpu",
                Critical = true,
                RunTimeout = TimeSpan.FromSeconds(90),
                Needs = ["gpu"],
                Limits = [new StageLimit("vendor"), new StageLimit("gpu", 2)],
                Parameters = JsonText.Parse("""{"quality":[1,2]}"""),
                Retry = new RetryPolicy
                {
                    MaxAttempts = 5,
                    FirstDelay = TimeSpan.FromMilliseconds(500),
                    Factor = 3,
                    MaxDelay = TimeSpan.FromMinutes(10),
                    Jitter = 0,
                    NonRetryableCodes = ["x"],
                },
            },
            pipeline.Stages[1]);
    }

    [Theory]
    [InlineData("[]", "This is a pipeline, which is an object in braces, not a list.")]
    [InlineData("{}", "name: A pipeline needs a name.", "stages: A pipeline needs stages.")]
    [InlineData("""{"name": "p", "stages": []}""", "stages: The pipeline has no stage.")]
    [InlineData("""{"name": "a b", "stages": [{"name": "a"}]}""", "name: A pipeline needs a name of 1 to 64 characters of A-Z a-z 0-9 _ - .")]
    [InlineData(
        """{"nam": "p", "stages": [{"name": "a"}]}""",
        "nam: There is no such member. A pipeline has $schema, name, version, timeout, stages.",
        "name: A pipeline needs a name.")]
    [InlineData("""{"name": "p", "name": "q", "stages": [{"name": "a"}]}""", "name: It is there twice.")]
    [InlineData(
        """{"name": 5, "version": "x", "timeout": 5, "stages": {}}""",
        "name: This is a text in quotes, not 5.",
        "version: This is a whole number, not \"x\".",
        "timeout: This is a time such as \"30s\", \"10m\", \"2h\" or \"1d\", not 5.",
        "stages: This is a list in brackets, not an object.")]
    [InlineData(
        """
        {"name": "p", "stages": [{}, 7, {"name": "a b"},
          {"name": "c", "critical": "yes", "depends_on": "a", "needs": [1], "retry": {"factor": "2", "x": 1}}]}
        """,
        "stages[0]: A stage needs a name.",
        "stages[1]: This is a stage, which is an object in braces, not 7.",
        "stages[2].name: The stage name 'a b' may hold only A-Z a-z 0-9 _ - . and one colon.",
        "stages[3].critical: This is true or false, not \"yes\".",
        "stages[3].depends_on: This is a list in brackets, not \"a\".",
        "stages[3].needs[0]: This is a text in quotes, not 1.",
        "stages[3].retry.factor: This is a number, not \"2\".",
        "stages[3].retry.x: There is no such member. A retry policy has max_attempts, first_delay, factor, max_delay, jitter, non_retryable_codes.")]
    [InlineData(
        """{"name": "p", "stages": [{"name": "a", "limits": [{"weight": 2}, 5, "g p", {"name": "x", "wait": 1}]}]}""",
        "stages[0].limits[0]: A limit is its name in quotes, or an object with a name and a weight.",
        "stages[0].limits[1]: This is a limit, which is an object in braces, not 5.",
        "stages[0].limits[1]: A limit is its name in quotes, or an object with a name and a weight.",
        "stages[0].limits[3].wait: There is no such member. A limit has name, weight.")]
    [InlineData("""{"name": "p", "stages": [{"name": "a", "parameters": 5}]}""", "stages[0].parameters: Stage 'a' has parameters that are not a JSON object.")]
    [InlineData(
        """{"name": "p", "stages": [{"name": "a"}, {"name": "a", "depends_on": ["x"]}, {"name": "b", "run_timeout": "0s"}]}""",
        "stages[1].name: Two stages are called 'a'.",
        "stages[2].run_timeout: Stage 'b' has a run timeout that is not a positive time of at most 3650 days.",
        "stages[1].depends_on[0]: Stage 'a' depends on 'x', which is not a stage of the pipeline.")]
    [InlineData(
        """{"name": "p", "stages": [{"name": "a", "depends_on": ["b"]}, {"name": "b", "depends_on": ["a"]}]}""",
        "stages: These stages wait for each other: a → b → a.")]
    [InlineData(
        """{"name": "p", "timeout": "99999d", "stages": [{"name": "a"}]}""",
        "timeout: This is a time such as \"30s\", \"10m\", \"2h\" or \"1d\", not \"99999d\".")]
    [InlineData("""{"name": "\ud800", "stages": [{"name": "a"}]}""", "A text of the pipeline is not Unicode: it holds half of a surrogate pair.")]
    public void EachMistakeIsSaidWithItsPlace(string json, params string[] said) => Assert.Equal(said, Mistakes(json).Message.Split('\n'));

    [Theory]
    [InlineData("not json", "The pipeline is not JSON: ")]
    [InlineData("{\"name\": \"p\", \"stages\": [{\"name\": \"a\"}]} {}", "The pipeline is not JSON: ")]
    [InlineData("", "The pipeline is not JSON: ")]
    public void WhatIsNoJsonIsSaidAsAWhole(string json, string said) => Assert.StartsWith(said, Mistakes(json).Message, StringComparison.Ordinal);

    [Fact]
    public void TooMuchIsRefusedByName()
    {
        var stages = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $$"""{"name": "s{{i}}"}"""));
        Assert.Equal("stages: The list has 10000 entries; 2000 is the most.", Mistakes($$"""{"name": "p", "stages": [{{stages}}]}""").Message);
        Assert.Equal("The pipeline has 1048577 bytes; 1048576 is the most.", Mistakes(new string(' ', PipelineJson.MaxBytes + 1)).Message);
        Assert.StartsWith("The pipeline is not JSON: ", Mistakes(new string('[', 10_000)).Message, StringComparison.Ordinal);

        var many = Mistakes($$"""{"name": "p", "stages": [{{string.Join(',', Enumerable.Repeat("{}", 1_500))}}]}""");
        Assert.Equal(1_000, many.Problems.Length);
        Assert.EndsWith("\nAnd 980 more mistakes.", many.Message, StringComparison.Ordinal);
        var longName = Mistakes($$"""{"name": "p", "{{new string('a', 9_999)}}": 1, "stages": [{"name": "a"}]}""");
        Assert.Equal($"{new string('a', 40)}…", Assert.Single(longName.Problems).Path);
    }

    /// <summary>What editors are told is what is read: the members of each part, as the messages list them.</summary>
    [Theory]
    [InlineData("""{"x": 1}""", "A pipeline has ", "")]
    [InlineData("""{"stages": [{"x": 1}]}""", "A stage has ", "stage")]
    [InlineData("""{"stages": [{"retry": {"x": 1}}]}""", "A retry policy has ", "retry")]
    [InlineData("""{"stages": [{"limits": [{"x": 1}]}]}""", "A limit has ", "limit")]
    public void TheSchemaHasTheMembersThatAreRead(string json, string lead, string definition)
    {
        var message = Mistakes(json).Problems.Single(problem => problem.Message.Contains(lead, StringComparison.Ordinal)).Message;
        var members = message[(message.IndexOf(lead, StringComparison.Ordinal) + lead.Length)..].TrimEnd('.').Split(", ");
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(GuideDocument.Root, "docs/pipeline.schema.json")));
        var part = definition.Length == 0 ? schema.RootElement : schema.RootElement.GetProperty("$defs").GetProperty(definition);
        Assert.Equal(members, part.GetProperty("properties").EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("samples/no-code/pipeline.json", "count", "report")]
    [InlineData("samples/WordReport/word-report.json", "word_count", "word_report")]
    public void TheSamplesAreSound(string path, params string[] stages)
    {
        var pipeline = PipelineJson.Parse(File.ReadAllBytes(Path.Combine(GuideDocument.Root, path)));

        Assert.Equal(stages, pipeline.Stages.Select(stage => stage.Name.Value));
    }

    private static PipelineDefinition Parse(string json) => PipelineJson.Parse(Encoding.UTF8.GetBytes(json));

    private static PipelineFormatException Mistakes(string json) => Assert.Throws<PipelineFormatException>(() => Parse(json));

    private static void AssertEqual(StageDefinition expected, StageDefinition actual)
    {
        Assert.Equal(expected.DependsOn, actual.DependsOn);
        Assert.Equal(expected.Needs, actual.Needs);
        Assert.Equal(expected.Limits?.AsEnumerable(), actual.Limits?.AsEnumerable());
        Assert.Equal(expected with { DependsOn = [], Needs = [], Limits = null }, actual with { DependsOn = [], Needs = [], Limits = null });
    }
}
