using System.Text.Json;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>Acts of people: for the version that they saw, and kept with the task.</summary>
public sealed class ActRulesTests
{
    private static readonly ActOrigin Ada = new("ada", "10.0.0.1", "lunch");

    public static TheoryData<TaskCommand> Acts =>
    [
        new CancelTask(), new PauseTask(), new RetryTask { Stages = ["work"] }, new ChangePriority(3), new StartNow(), new SkipStage("work"),
        new AmendTask { Priority = 3 }, new DeleteTask(), new ReportProgress("work", null, 1, null),
    ];

    [Theory]
    [MemberData(nameof(Acts))]
    public void Act_ForAnotherVersion_IsAConflict(TaskCommand act)
    {
        var state = Of(RunStatus.Running, RunStatus.Running) with { Version = 5 };

        foreach (var version in new long[] { -1, 4, 6 })
        {
            var refused = Assert.IsType<TaskDecision.Refused>(TaskTransitions.Decide(state, act with { IfVersion = version }, Context()));
            Assert.Equal(RefusalReason.Conflict, refused.Reason);
        }

        Assert.Equal(
            TaskTransitions.Decide(state, act, Context()).GetType(), TaskTransitions.Decide(state, act with { IfVersion = 5 }, Context()).GetType());
    }

    [Fact]
    public void Act_ThatChangesTheTask_IsKeptWithIt()
    {
        var state = Apply(Created(Pipeline(Stage("work"), Stage("later", "work"))), new PauseTask { Origin = Ada }, 20);
        state = Apply(state, new ResumeTask { Origin = new ActOrigin("bob") }, 30);
        state = Apply(state, new ChangePriority(7), 31);
        state = Apply(state, new AmendTask { Labels = TaskState.NoLabels.Add("team", "docs"), Priority = 8, Origin = new ActOrigin("bob") }, 32);

        Assert.Equal(
            [
                new PastAct(Start.AddSeconds(20), "pause", "ada", "10.0.0.1", "lunch"),
                new PastAct(Start.AddSeconds(30), "resume", "bob", null, null),
                new PastAct(Start.AddSeconds(32), "amend team=docs, priority 8", "bob", null, null),
            ],
            state.Acts);
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, new ResumeTask { Origin = Ada }, Context()));
    }

    [Fact]
    public void Acts_OfATask_AreTheNewest()
    {
        var state = Created(Pipeline(Stage("work")));
        for (var i = 1; i <= PastAct.MaxKept + 10; i++)
        {
            state = Apply(state, new ChangePriority(i) { Origin = Ada });
        }

        Assert.Equal((PastAct.MaxKept, "priority 11", "priority 60"), (state.Acts.Length, state.Acts[0].Act, state.Acts[^1].Act));
    }

    [Fact]
    public void Words_OfALongAct_AreCut()
    {
        var labels = TaskState.NoLabels.AddRange(Enumerable.Range(10, 30).Select(i => KeyValuePair.Create($"label-{i}", "a value")));

        var act = Assert.Single(Apply(Created(), new AmendTask { Labels = labels, Origin = Ada }).Acts);

        Assert.Equal((PastAct.MaxAct, '…'), (act.Act.Length, act.Act[^1]));
        Assert.StartsWith("amend label-10=a value, label-11=a value, ", act.Act, StringComparison.Ordinal);
    }

    [Fact]
    public void Creation_ByAnother_IsTheSameTask()
    {
        var create = new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Pipeline(Stage("work")));
        var state = Apply(null, create with { Origin = Ada });

        Assert.Equal(("create", "ada"), (Assert.Single(state.Acts).Act, state.Acts[0].By));
        Assert.IsType<TaskDecision.Unchanged>(TaskTransitions.Decide(state, create, Context()));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("a\nb", null, null)]
    [InlineData("ada", "", null)]
    [InlineData("ada", null, "a\u001bb")]
    public void Origin_ThatIsNoPlainText_IsRefused(string by, string? from, string? reason)
    {
        var decision = TaskTransitions.Decide(Created(), new CancelTask { Origin = new ActOrigin(by, from, reason) }, Context());

        Assert.Equal(RefusalReason.InvalidInput, Assert.IsType<TaskDecision.Refused>(decision).Reason);
    }

    /// <summary>So that who sends an act again from elsewhere, or for another version, is still told what came of it.</summary>
    [Fact]
    public void Condition_AndOrigin_AreNoPartOfTheContent() => Assert.Equal(
        JsonSerializer.Serialize<TaskCommand>(new CancelTask(), CommandJson.Default.TaskCommand),
        JsonSerializer.Serialize<TaskCommand>(new CancelTask { IfVersion = 3, Origin = Ada }, CommandJson.Default.TaskCommand));
}
