using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Tests.Rehearsal;

/// <summary>A history in which all is well, and doctored ones: each verdict can turn.</summary>
public sealed class JudgeTests
{
    private static readonly RehearsalHistory Sound = new()
    {
        Updates =
        [
            new("m", "a0", [Applied(1, 2), Applied(1.1, 2)]),
            new("m", "b0", [Refused(2)]),
            new("m", "a1", [Applied(3, 3)]),
            new("m", "a2", []),
        ],
        Reads = [Read("r", 0.5, 1, ""), Read("r", 1.5, 2, "a0;"), Read("s", 2.5, 3, "a0;a1;"), Read("r", 4, 3, "a0;a1;")],
        Words = [new("w1", "p", "s", 1, false), new("w2", "p", "s", 2, false), new("w2", "p", "s", 2, true)],
        Progress = [new("p", "s", 1, 2, 0.6), new("p", "s", 2, 4, 0.3), new("p", "s", 2, 5, 0.9)],
        Shuffled = [new("o", "work", 0.8, "report 8")],
        Forged = [new("p", "s", 1, true, "Refused")],
        Ends = [new("p", 7, RunStatus.Completed)],
        Late = [new("p", "a late report", false, 7)],
        Excessive = [new("A long input", "100", true, "100 is the most.")],
        Submitted = ["p"],
        Blows = [new Blow(TimeSpan.FromSeconds(2), "kill -9 w1", TimeSpan.FromSeconds(1)) { Kills = 1 }],
        Finals =
        [
            new("m", 3, RunStatus.Pending, "a0;a1;", []),
            new("p", 7, RunStatus.Completed, "", [Stage("s", 1, null, "p/s/2/made-by")]),
            new("o", 12, RunStatus.Running, "", [Work(0.8, "report 8")]),
        ],
    };

    private static readonly Dictionary<string, (string Promise, RehearsalHistory History)> Doctored = new()
    {
        ["an acknowledged update is lost"] = ("T1", With(Sound, Final("m") with { Marks = "a0;", Version = 2 })),
        ["a task with acknowledged updates is lost"] = ("T1", Sound with { Finals = Sound.Finals.RemoveAt(0) }),
        ["a read is older than an acknowledgement"] = ("T1", Sound with { Reads = Sound.Reads.Add(Read("s", 5, 2, "a0;")) }),
        ["an update took effect twice"] = ("T2", With(Sound, Final("m") with { Marks = "a0;a1;a0;", Version = 4 })),
        ["an update whose outcome is unknown took effect twice"] = ("T2", With(Sound, Final("m") with { Marks = "a0;a1;a2;a2;", Version = 5 })),
        ["one operation got two answers"] = ("T2", Sound with { Updates = Sound.Updates.SetItem(0, new("m", "a0", [Applied(1, 2), Refused(1.1)])) }),
        ["one operation made two versions"] = ("T2", Sound with { Updates = Sound.Updates.SetItem(0, new("m", "a0", [Applied(1, 2), Applied(1.1, 3)])) }),
        ["a version is missing"] = ("T3", With(Sound, Final("m") with { Version = 4 })),
        ["two updates made one version"] = ("T3", Sound with { Updates = Sound.Updates.SetItem(2, new("m", "a1", [Applied(3, 2)])) }),
        ["a version fell for a reader"] = ("T3", Sound with { Reads = Sound.Reads.Add(Read("r", 4.5, 2, "a0;")) }),
        ["an ETag was used twice"] = ("T3", Sound with { Reads = Sound.Reads.Add(Read("t", 3.5, 3, "a0;a1;") with { ETag = "2" }) }),
        ["a read showed what was not stored"] = ("T4", Sound with { Reads = Sound.Reads.Add(Read("t", 4, 4, "a0;a1;a2;")) }),
        ["a read showed other marks"] = ("T4", Sound with { Reads = Sound.Reads.Add(Read("t", 4, 3, "a0;x;")) }),
        ["a refused update is stored"] = ("T5", With(Sound, Final("m") with { Marks = "a0;a1;b0;", Version = 4 })),
        ["a refused update was read"] = ("T5", Sound with { Reads = Sound.Reads.Add(Read("t", 4, 4, "a0;a1;b0;")) }),
        ["a finished task took a report"] = ("T6", Sound with { Late = [new("p", "a late report", true, 8)] }),
        ["a finished task changed"] = ("T6", With(Sound, Final("p") with { Version = 8 })),
        ["a finished task was reopened"] = ("T6", With(Sound, Final("p") with { Status = RunStatus.Failed })),
        ["a token has two holders"] = ("T7", Sound with { Words = Sound.Words.Add(new("w3", "p", "s", 2, false)) }),
        ["two attempts completed a stage"] = ("T7", Sound with { Words = Sound.Words.Add(new("w1", "p", "s", 1, true)) }),
        ["a stage has what another attempt made"] = ("T7", With(Sound, Final("p") with { Stages = [Stage("s", 1, null, "p/s/1/made-by")] })),
        ["a completion is lost"] = ("T7", With(Sound, Final("p") with { Stages = [new("s", RunStatus.Running, 0.5, null, [])] })),
        ["a token of nobody was heard"] = ("T7", Sound with { Forged = [new("p", "s", 1, false, "Applied")] }),
        ["a forged artifact is there"] = ("T7", With(Sound, Final("p") with { Stages = [Stage("s", 1, null, "p/s/2/made-by", "p/forged")] })),
        ["progress fell within an attempt"] = ("T8", Sound with { Progress = Sound.Progress.Add(new("p", "s", 2, 6, 0.5)) }),
        ["shuffled reports ended with other words"] = ("T8", With(Sound, Final("o") with { Stages = [Work(0.8, "report 3")] })),
        ["shuffled reports ended too low"] = ("T8", With(Sound, Final("o") with { Stages = [Work(0.3, "report 8")] })),
        ["a task does not end"] = ("T9", With(Sound, Final("p") with { Status = RunStatus.Running }) with { Ends = [] }),
        ["a created task is lost"] = ("T9", Sound with { Submitted = ["p", "q"] }),
        ["work did not go on"] = ("T9", Sound with { Blows = [new Blow(default, "kill -9 silo-1", null)] }),
        ["what is past a bound was taken"] = ("T10", Sound with { Excessive = [new("A long input", "100", false, null)] }),
        ["a refusal names no bound"] = ("T10", Sound with { Excessive = [new("A long input", "100", true, "No.")] }),
    };

    public static TheoryData<string> Cases => [.. Doctored.Keys];

    [Fact]
    public void AllIsKeptWhereAllIsWell()
    {
        var verdicts = Judge.Of(Sound);

        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"T{number}"), verdicts.Select(verdict => verdict.Promise));
        Assert.All(verdicts, verdict => Assert.Equal(VerdictKind.Kept, verdict.Kind));
        Assert.All(verdicts, verdict => Assert.Empty(verdict.Evidence));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WhatIsBrokenIsNamed(string what)
    {
        var (promise, history) = Doctored[what];

        var verdict = Judge.Of(history).Single(verdict => verdict.Promise == promise);

        Assert.Equal(VerdictKind.Broken, verdict.Kind);
        Assert.NotEmpty(verdict.Evidence);
    }

    [Fact]
    public void WhatNobodySawWasNotTried() => Assert.All(Judge.Of(new RehearsalHistory()), verdict => Assert.Equal(VerdictKind.NotTried, verdict.Kind));

    [Fact]
    public void AnUpdateWhoseOutcomeIsUnknownMayBeThereOrNot() => Assert.All(
        Judge.Of(With(Sound, Final("m") with { Marks = "a0;a1;a2;", Version = 4 })), verdict => Assert.Equal(VerdictKind.Kept, verdict.Kind));

    /// <summary>Two activations at once: the older one answers with its last durable state until it notices the other.</summary>
    [Theory]
    [InlineData(6.5, true)]
    [InlineData(12, false)]
    public void AnOldReadIsExcusedOnlyWhileASiloWakesThatWasTakenForDead(double begun, bool isKept)
    {
        var history = Sound with
        {
            Reads = Sound.Reads.Add(Read("t", begun, 2, "a0;")),
            Blows = [new Blow(TimeSpan.FromSeconds(5), "silo-1 sleeps", TimeSpan.FromSeconds(2)) { WokeAt = TimeSpan.FromSeconds(6) }],
        };

        var verdict = Judge.Of(history).Single(verdict => verdict.Promise == "T1");

        Assert.Equal(isKept ? VerdictKind.Kept : VerdictKind.Broken, verdict.Kind);
        Assert.Equal(isKept, verdict.LookedAt.Contains("1 of them old ones", StringComparison.Ordinal));
    }

    [Fact]
    public void EvidenceIsBounded()
    {
        var history = Sound with { Submitted = [.. Enumerable.Range(0, 100).Select(i => $"lost-{i}")] };

        var verdict = Judge.Of(history).Single(verdict => verdict.Promise == "T9");

        Assert.Equal(Verdict.MaxEvidence + 1, verdict.Evidence.Length);
        Assert.Equal("and more", verdict.Evidence[^1]);
    }

    private static UpdateAnswer Applied(double at, long version) => new(TimeSpan.FromSeconds(at), true, version, null);

    private static UpdateAnswer Refused(double at) => new(TimeSpan.FromSeconds(at), false, 2, "The version is another.");

    private static SeenState Read(string reader, double begun, long version, string marks) =>
        new("m", reader, TimeSpan.FromSeconds(begun), version, $"{version}", marks);

    private static FinalStage Stage(string name, double progress, string? message, params string[] artifacts) =>
        new(name, RunStatus.Completed, progress, message, [.. artifacts]);

    private static FinalStage Work(double progress, string message) => new("work", RunStatus.Running, progress, message, []);

    private static FinalTask Final(string task) => Sound.Finals.Single(final => final.Task == task);

    private static RehearsalHistory With(RehearsalHistory history, FinalTask final) =>
        history with { Finals = [.. history.Finals.Select(former => former.Task == final.Task ? final : former)] };
}
