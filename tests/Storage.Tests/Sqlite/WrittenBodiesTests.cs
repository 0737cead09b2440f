using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class WrittenBodiesTests
{
    private readonly WrittenBodies _bodies = new(maxBytes: 10_000);

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

    [Fact]
    public void BodyThatTakesAll_IsNotKept()
    {
        Set("small", 1_000, "1");
        Set("large", 6_000, "1");
        Assert.Null(_bodies.Find(Key("large"), "1"));
    }

    private static RecordKey Key(string id) => new(RecordKey.TaskKind, id);

    private WrittenBody Set(string id, int length, string etag)
    {
        var body = new WrittenBody(new byte[length], default) { ETag = etag };
        _bodies.Set(Key(id), body);
        return body;
    }
}
