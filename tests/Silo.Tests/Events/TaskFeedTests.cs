using VideoGen.Silo.Api.Events;

namespace VideoGen.Silo.Tests.Events;

public sealed class TaskFeedTests
{
    /// <summary>Who opens a stream beside others is sent what it can know already, unless the watching has come to it.</summary>
    [Theory]
    [InlineData(null, 3, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, false)]
    [InlineData(4, 3, false)]
    public void AFeedIsBehindUntilItCameToTheVersion(int? newest, int version, bool isBehind)
    {
        using var feed = new TaskFeed(TimeProvider.System);
        if (newest is { } published)
        {
            feed.Publish(new TaskEvent(published, default));
        }

        Assert.Equal(isBehind, feed.IsBehind(version));
    }
}
