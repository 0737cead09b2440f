using System.Collections.Immutable;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.Deltas;

public sealed class DeltaBasesTests
{
    private static readonly TaskSummary Summary = new()
    {
        TaskId = TaskId.Parse("a"),
        Status = RunStatus.Running,
        Pipeline = "video",
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "a"),
        CreatedAt = Samples.Epoch,
        UpdatedAt = Samples.Epoch,
        Version = 1,
    };

    private readonly DeltaBases _bodies = new(maxBytes: 20_000);

    [Fact]
    public void Body_IsFoundUnderItsETagAlone()
    {
        var body = Set("a", 100, "1");
        Assert.Same(body, _bodies.Find(Key("a"), "1"));
        Assert.Null(_bodies.Find(Key("a"), "2"));
        Assert.Null(_bodies.Find(Key("b"), "1"));
        body.ETag = "2";
        Assert.Same(body, _bodies.Find(Key("a"), "2"));
        Assert.Null(_bodies.Find(Key("a"), "1"));
    }

    [Fact]
    public void TooManyBytes_ForgetWhatWasNotAskedForTheLongest()
    {
        for (var i = 0; i < 100; i++)
        {
            Set("often", 1_000, "1");
            Set($"{i}", 1_000, "1");
            Assert.NotNull(_bodies.Find(Key("often"), "1"));
        }

        var found = Enumerable.Range(0, 100).Where(i => _bodies.Find(Key($"{i}"), "1") is not null).ToList();
        Assert.InRange(found.Count, 3, 9);
        Assert.Contains(99, found);
    }

    /// <summary>What stands beside a body takes memory too: more than the body, where that is small.</summary>
    [Fact]
    public void SmallBodies_AreNotKeptByTheThousand()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Set($"{i}", 10, "1");
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => _bodies.Find(Key($"{i}"), "1") is not null), 8, 20);
    }

    [Fact]
    public void BodyThatTakesAll_IsNotKept()
    {
        Set("small", 1_000, "1");
        Set("large", 9_000, "1");
        Assert.Null(_bodies.Find(Key("large"), "1"));
    }

    [Fact]
    public void Listed_IsWhatListsFilterAndSortBy()
    {
        var body = Set("a", 1, "1");
        Assert.True(body.IsListedAs(Summary));
        Assert.True(body.IsListedAs(Summary with { Version = 2, Progress = 0.5, CurrentStage = "other", Workers = 9, UpdatedAt = Samples.Epoch.AddDays(1) }));
        Assert.True(body.IsListedAs(Summary with { Labels = Summary.Labels.Remove("team").Add("team", "a") }));
        Assert.All(
            new[]
            {
                null,
                Summary with { Status = RunStatus.Paused },
                Summary with { Pipeline = null },
                Summary with { Labels = Summary.Labels.SetItem("team", "b") },
                Summary with { Labels = Summary.Labels.Add("other", "a") },
                Summary with { CreatedAt = Samples.Epoch.AddTicks(1) },
                Summary with { Deleted = true },
                Summary with { Owed = true },
                Summary with { Priority = 1 },
                Summary with { Errors = "E" },
            },
            other => Assert.False(body.IsListedAs(other)));
    }

    private static RecordKey Key(string id) => new(RecordKey.TaskKind, id);

    private DeltaBase Set(string id, int length, string etag)
    {
        var body = new DeltaBase(new byte[length], Summary, 0, RecordChecksum.Begin(Key(id), default))
        {
            ETag = etag,
            Schedule = new StoredSchedule(TaskSchedule.Nothing, 0),
        };
        _bodies.Set(Key(id), body);
        return body;
    }
}
