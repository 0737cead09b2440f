using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Workers;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Tests.Workers;

public sealed class WorkerRegistryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly WorkerRegistry _registry;

    public WorkerRegistryTests()
    {
        _registry = new WorkerRegistry(_time);
    }

    [Fact]
    public void Worker_IsListedUntilItIsNotHeardForAWhile()
    {
        var quiet = Report("quiet");
        var steady = Report("steady") with { Stages = [new WorkerStage(TaskId.Parse("one"), "work", TimeSpan.FromSeconds(2))] };
        _registry.Report(quiet);
        _registry.Report(steady);

        _time.Advance(IWorkerRegistryGrain.ForgetAfter);
        _registry.Report(steady);
        Assert.Equal(["quiet", "steady"], Names());

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["steady"], Names());
        Assert.Equal("one", Assert.Single(_registry.List()[0].Report.Stages).Task.Value);
    }

    [Fact]
    public void Worker_ThatLeft_IsGoneAtOnceAndItsSuccessorIsNotToldToDrain()
    {
        var first = Report("one");
        _registry.Report(first);
        Assert.Equal(1, _registry.Drain("one"));
        Assert.True(_registry.Report(first).Drain);

        _registry.Leave(first.Profile.Worker);

        Assert.Empty(_registry.List());
        Assert.False(_registry.Report(first).Drain);
        Assert.Empty(_registry.List());
        Assert.False(_registry.Report(Report("one")).Drain);
        Assert.Equal(["one"], Names());
        Assert.Equal(0, _registry.Drain("nobody"));
    }

    [Fact]
    public void Absence_IsSinceTheLastOneThatCouldWasThere()
    {
        var began = _time.GetUtcNow();
        Assert.Equal(new WorkerAbsence(began, null), _registry.FindAbsence("default", "work", []));

        var left = Report("left");
        _registry.Report(left);
        _time.Advance(TimeSpan.FromSeconds(5));
        _registry.Leave(left.Profile.Worker);
        Assert.Equal(new WorkerAbsence(began.AddSeconds(5), "left"), _registry.FindAbsence("default", "work", []));
        Assert.Null(_registry.FindAbsence("default", "other", []).Last);
        Assert.Null(_registry.FindAbsence("elsewhere", "work", []).Last);
        Assert.Null(_registry.FindAbsence("default", "work", ["gpu"]).Last);

        // One that is not heard any more was there until it was heard last.
        _registry.Report(Report("lost"));
        _time.Advance(IWorkerRegistryGrain.ForgetAfter + TimeSpan.FromSeconds(1));
        Assert.Equal(new WorkerAbsence(began.AddSeconds(5), "lost"), _registry.FindAbsence("default", "work", []));

        // One that lives on may have lost what it takes.
        var able = Report("able");
        _registry.Report(able);
        _time.Advance(TimeSpan.FromSeconds(1));
        _registry.Report(able with { Profile = able.Profile with { Kinds = ["other"] } });
        Assert.Equal("able", _registry.FindAbsence("default", "work", []).Last);
    }

    [Fact]
    public void Median_IsOfTheLastStagesOfAKind()
    {
        var worker = Report("one");
        _registry.Report(worker with { Ended = Took(100, 3) });
        _registry.Report(worker with { Ended = Took(7, 150) });
        _registry.Report(worker with { Ended = Took(9, 49) });

        Assert.Equal([new KindDuration("work", TimeSpan.FromSeconds(7), 200)], _registry.ListDurations());
        Assert.Empty(_registry.List()[0].Report.Ended);
    }

    [Fact]
    public void Report_OutOfBounds_IsRefusedByName()
    {
        var longName = Report("one") with { Problems = [new string('x', WorkerReport.MaxProblemLength + 1)] };
        var refused = Assert.Throws<ArgumentException>(() => _registry.Report(longName));
        Assert.Contains("Worker one reports at most 256 problems", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _registry.Report(Report("one") with { Queues = ["a b"] }));
        Assert.Throws<ArgumentException>(() => _registry.Report(Report("one") with { Stages = [new WorkerStage(default, "work", default)] }));
        Assert.Throws<ArgumentException>(() => _registry.Report(Report("one") with { Slots = -1 }));
        Assert.Throws<ArgumentException>(() => _registry.Report(Report("\n")));
        Assert.Empty(_registry.List());
    }

    [Fact]
    public void Worker_PastTheMost_IsRefusedAndTheOthersAreHeard()
    {
        for (var i = 0; i < WorkerRegistry.MaxWorkers; i++)
        {
            _registry.Report(Report($"worker-{i}"));
        }

        var refused = Assert.Throws<ArgumentException>(() => _registry.Report(Report("one-more")));
        Assert.Contains("one-more is not listed", refused.Message, StringComparison.Ordinal);
        _time.Advance(IWorkerRegistryGrain.ForgetAfter + TimeSpan.FromSeconds(1));
        _registry.Report(Report("one-more"));
        Assert.Equal(["one-more"], Names());
    }

    private static WorkerReport Report(string name) =>
        new(new WorkerProfile(new WorkerId(name, Guid.NewGuid()), ["work"], []), "1.0", 2, ["default"], []);

    private static System.Collections.Immutable.ImmutableArray<EndedStage> Took(int seconds, int count) =>
        [.. Enumerable.Repeat(new EndedStage("work", TimeSpan.FromSeconds(seconds)), count)];

    private IEnumerable<string> Names() => _registry.List().Select(worker => worker.Report.Profile.Worker.Name);
}
