using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>A definition is refused whole, before anything of it runs, and the words say what to change (S9).</summary>
public sealed class PipelineValidationTests
{
    private const string TooManyParameters =
        "Stage 'a' has parameters of more than 16384 characters, or more than 32 objects within each other.";

    public static TheoryData<string, PipelineDefinition> Unsound() => new()
    {
        { "The pipeline has no stage.", Of() },
        { "The pipeline has 10000 stages; 2000 is the most.", Of([.. Enumerable.Range(0, 10_000).Select(i => Stage($"s{i}"))]) },
        { "Two stages are called 'a'.", Of(Stage("a"), Stage("a")) },
        { "These stages wait for each other: a → b → a.", Of(Stage("a", "b"), Stage("b", "a")) },
        {
            "These stages wait for each other: b → c → b.",
            Of(Stage("first"), Stage("behind", "b"), Stage("a", "behind", "first"), Stage("b", "c"), Stage("c", "first", "b"), Stage("last", "a"))
        },
        {
            "These stages wait for each other: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → … → s0.",
            Of([.. Enumerable.Range(0, 20).Select(i => Stage($"s{i}", $"s{(i + 1) % 20}"))])
        },
        { "These stages wait for each other: g → g:1 → g.", Of(new StageDefinition { Name = "g", IsGroup = true }, Stage("g:1", "g")) },
        { "Stage 'a' depends on itself.", Of(Stage("a", "a")) },
        { "Stage 'a' depends on 'nowhere', which is not a stage of the pipeline.", Of(Stage("a", "nowhere")) },
        { StageName.Missing, Of(Stage("a") with { Name = default }) },
        { "Stage 'a' depends on a stage whose name is missing or malformed.", Of(Stage("a") with { DependsOn = [default] }) },
        { "The pipeline's timeout is not a positive time of at most 3650 days.", Of(Stage("a")) with { Timeout = TimeSpan.MaxValue } },
        { "Stage 'a' has a run timeout that is not a positive time of at most 3650 days.", Of(Stage("a") with { RunTimeout = TimeSpan.Zero }) },
        {
            "Stage 'a' has a retry policy out of bounds: 1 to 100 attempts, delays of 0 s to 1 d, a factor of 1 to 10, a jitter of 0 to 1.",
            Of(Stage("a") with { Retry = new RetryPolicy { Factor = double.NaN } })
        },
        { "Stage 'a' needs a queue name of 1 to 64 characters of A-Z a-z 0-9 _ - .", Of(Stage("a") with { Queue = "" }) },
        { "Stage 'a' needs at most 16 capabilities of 1 to 64 characters.", Of(Stage("a") with { Needs = [.. Enumerable.Repeat("x", 17)] }) },
        {
            "Stage 'a': 'g?u' is not the name of a limit: it needs 1 to 64 characters of A-Z a-z 0-9 _ - .",
            Of(Stage("a") with { Limits = [new StageLimit("g\nu")] })
        },
        { "Stage 'a' takes 0 slots of limit gpu; a stage takes 1 to 1000.", Of(Stage("a") with { Limits = [new StageLimit("gpu", 0)] }) },
        {
            "Stage 'a' names limit gpu twice; give it one weight.",
            Of(Stage("a") with { Limits = [new StageLimit("gpu"), new StageLimit("gpu", 2)] })
        },
        {
            "Stage 'a' names 9 limits; 8 is the most.",
            Of(Stage("a") with { Limits = [.. Enumerable.Range(0, 9).Select(i => new StageLimit($"limit-{i}"))] })
        },
        {
            "Stage 'a' names at most 16 error codes of 1 to 64 characters.",
            Of(Stage("a") with { Retry = new RetryPolicy { NonRetryableCodes = [new string('c', 65)] } })
        },
        { "Stage 'a' has parameters that are not a JSON object.", Of(Stage("a") with { Parameters = JsonText.Parse("[1]") }) },
        { "Stage 'a' has parameters that are not a JSON object.", Of(Stage("a") with { Parameters = JsonText.Malformed }) },
        { TooManyParameters, Of(Stage("a") with { Parameters = JsonText.Parse($$"""{"x": "{{new string('x', 16_384)}}"}""") }) },
        { TooManyParameters, Of(Stage("a") with { Parameters = JsonText.Parse($$"""{"x": {{new string('[', 32)}}{{new string(']', 32)}}}""") }) },
        { "Stage 'a' depends on 300 stages; 256 is the most.", Of(Stage("a", [.. Enumerable.Range(0, 300).Select(i => $"d{i}")])) },
        { "A stage, or its dependencies, needs or retry policy, is missing; send empty lists.", Of(Stage("a") with { DependsOn = default }) },
        { "A stage, or its dependencies, needs or retry policy, is missing; send empty lists.", Of(Stage("a") with { Retry = null! }) },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void UnsoundPipeline_IsRefusedInWordsToActOn(string problem, PipelineDefinition pipeline)
    {
        Assert.Equal(problem, PipelineValidation.Check(pipeline)[0]);
        var decision = TaskTransitions.Decide(null, new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, pipeline), Situations.Context());
        Assert.Equal(new TaskDecision.Refused(RefusalReason.InvalidInput, problem), decision);
    }

    [Fact]
    public void SoundPipeline_OfTheMostStages_Passes() =>
        Assert.Empty(PipelineValidation.Check(Of([.. Enumerable.Range(0, Limits.MaxStages).Select(i => i == 0 ? Stage("s0") : Stage($"s{i}", $"s{i - 1}"))])));

    [Theory]
    [InlineData("elsewhere:1", "which is not a member (group:unit) of an open group of this pipeline.")]
    [InlineData("parse", "which is not a member (group:unit) of an open group of this pipeline.")]
    public void FanOut_IntoNoGroup_IsRefused(string name, string problem) => Assert.Contains(problem, FanOut(Stage(name)), StringComparison.Ordinal);

    [Fact]
    public void FanOut_ThatWaitsForWhatWaitsForItsGroup_IsRefused() =>
        Assert.Equal("These stages wait for each other: parts → parts:1 → after → parts.", FanOut(Stage("parts:1", "after")));

    [Fact]
    public void FanOut_IntoAnOpenGroup_IsTaken()
    {
        var state = Situations.Apply(Started(), new CompleteStage("parse", 1) { FanOut = [Stage("parts:1"), Stage("parts:2", "parts:1")] });
        Assert.Equal(["parse", "parts", "after", "parts:1", "parts:2"], state.Stages.Select(stage => stage.Name.Value));
    }

    private static string FanOut(StageDefinition added) =>
        Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(Started(), new CompleteStage("parse", 1) { FanOut = [added] }, Situations.Context())).Why;

    private static TaskState Started() => Situations.Apply(
        Situations.Created(Of(Stage("parse"), new StageDefinition { Name = "parts", IsGroup = true, DependsOn = ["parse"] }, Stage("after", "parts"))),
        new StartStage("parse", Situations.Worker, Situations.Lease));

    private static PipelineDefinition Of(params StageDefinition[] stages) => Situations.Pipeline(stages);

    private static StageDefinition Stage(string name, params string[] dependsOn) => Situations.Stage(name, dependsOn);
}
