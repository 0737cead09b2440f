using CsCheck;
using VideoGen.Grains.Commit;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>
/// Progress is a join (T8): commutative, associative, idempotent, however reports are ordered, doubled, buffered or in conflict with each other.
/// </summary>
public sealed class ProgressPropertyTests
{
    private static readonly Gen<double> Fractions =
        Gen.OneOf(Gen.Double[-0.5, 1.5], Pick(double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 2, 0, 1, 0.5));

    private static readonly Gen<ReportProgress> Reports =
        Gen.Select(Fractions, Pick<string?>(null, "", "a", "b", "c"), Gen.Long[0, 4], Pick<string?>(null, null, "u1", "u2", "u3"), Gen.Int[1, 4])
            .Select((fraction, message, sequence, unit, count) =>
                new ReportProgress(WorkStage, 7, fraction, message) { Sequence = sequence, Unit = unit, UnitCount = count });

    [Fact]
    public void Reports_InAnyOrder_EndInTheSameState() =>
        Gen.Select(Reports.List[1, 12], Gen.Int[0, 1_000_000]).Sample((reports, seed) =>
            Assert.Equal(Json(Join(reports)), Json(Join(Shuffled(reports, seed)))));

    [Fact]
    public void Reports_Doubled_ChangeNothing() =>
        Reports.List[1, 10].Sample(reports => Assert.Equal(Json(Join(reports)), Json(Join([.. reports, .. reports]))));

    [Fact]
    public void Reports_Buffered_EndAsIfEachHadBeenApplied() =>
        Gen.Select(Reports.List[1, 16], Gen.Int[0, 1_000_000]).Sample((reports, seed) =>
        {
            var buffer = new ProgressBuffer();
            foreach (var report in Shuffled(reports, seed))
            {
                Assert.True(buffer.TryAdd(report, new Arrival(0, Now)));
            }

            Assert.Equal(Json(Join(reports)), Json(Join([.. buffer.Take().Select(buffered => buffered.Report)])));
            Assert.True(buffer.IsEmpty);
        });

    [Fact]
    public void LastWord_WithTheEnd_ShowsWhatAReportBeforeItWouldShow() =>
        Gen.Select(Reports.List[0, 6], Reports).Sample((reports, last) =>
        {
            var end = new FailStage(WorkStage, 7, "broken");
            var together = Step(Join(reports), end with { LastProgress = new LastProgress(last.Sequence, last.Fraction, last.Message) });
            Assert.Equal(Json(Step(Step(Join(reports), last), end)), Json(together));
        });

    [Fact]
    public void Progress_NeverFalls() =>
        Reports.List[1, 12].Sample(reports =>
        {
            var state = Of(RunStatus.Running, RunStatus.Running);
            foreach (var report in reports)
            {
                var next = Step(state, report);
                Assert.True(Progress(next) >= Progress(state) && Progress(next) is >= 0 and <= 1);
                state = next;
            }
        });

    [Fact]
    public void OverallProgress_IsTheMeanOfTheStages() =>
        Gen.Double[0, 1].List[1, 8].Sample(fractions =>
        {
            var state = Created();
            for (var i = 0; i < fractions.Count; i++)
            {
                state = Apply(state, new StartStage($"s{i}", null, default));
                state = Step(state, new ReportProgress($"s{i}", null, fractions[i], null));
            }

            Assert.Equal(state.Stages.Average(stage => stage.Progress), state.OverallProgress, 12);
        });

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(-1, 0)]
    [InlineData(2, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, 0)]
    public void Fraction_OutOfRange_IsClampedAsInTheSeed(double fraction, double expected) => Assert.Equal(expected, TaskTransitions.Clamp(fraction));

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static TaskState Join(IEnumerable<ReportProgress> reports) => reports.Aggregate(Of(RunStatus.Running, RunStatus.Running), Step);

    private static TaskState Step(TaskState state, TaskCommand command) =>
        TaskTransitions.Decide(state, command, Context()) is TaskDecision.Changed { Next: { } next } ? next : state;

    private static List<ReportProgress> Shuffled(List<ReportProgress> reports, int seed)
    {
        var shuffled = reports.ToArray();
        new Random(seed).Shuffle(shuffled);
        return [.. shuffled];
    }

    private static string Json(TaskState state) => System.Text.Json.JsonSerializer.Serialize(state, TaskJson.Default.TaskState);

    private static double Progress(TaskState state) => state.Stages[0].Progress;
}
