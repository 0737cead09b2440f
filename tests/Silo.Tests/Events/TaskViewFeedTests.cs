using System.Collections.Immutable;
using System.Text;
using VideoGen.Silo.Api.Events;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Events;

/// <summary>The bounds of a view that is followed, and what a reader is told at them.</summary>
public sealed class TaskViewFeedTests : IDisposable
{
    private readonly TaskViewFeed _feed = new(new TaskQuery());
    private readonly CancellationToken _following;

    public TaskViewFeedTests() => _following = _feed.Follow();

    public void Dispose() => _feed.Dispose();

    /// <summary>A reader that sleeps through more than is remembered is given the view again, rather than a part of what happened.</summary>
    [Fact]
    public void AReaderThatFellBehind_BeginsAnew()
    {
        _feed.Publish([Summary("a", 1)], _following);
        var start = _feed.Begin(null);
        foreach (var version in Enumerable.Range(2, 1_024))
        {
            _feed.Publish([Summary("a", version)], _following);
        }

        Assert.Equal(1_024, _feed.After(start.Position).Events.Count);
        Assert.Null(_feed.Begin(start.Snapshot!.Mark).Snapshot);
        _feed.Publish([Summary("a", 2_000)], _following);
        Assert.Equal("behind", _feed.After(start.Position).Snapshot?.Reason);
        Assert.Equal("unknown_id", _feed.Begin(start.Snapshot.Mark).Snapshot?.Reason);
    }

    [Fact]
    public void NothingNew_WakesNobody()
    {
        _feed.Publish([Summary("a", 1)], _following);
        var news = _feed.Begin(null);
        _feed.Publish([Summary("a", 1)], _following);
        Assert.False(news.Changed.IsCompleted);
        Assert.Empty(_feed.After(news.Position).Events);
    }

    /// <summary>The mark depends on what is found alone: not on the way to it, nor on the order.</summary>
    [Fact]
    public void TwoSilos_GiveOneStateOneMark()
    {
        using var other = new TaskViewFeed(new TaskQuery());
        _feed.Publish([Summary("a", 1), Summary("b", 1)], _following);
        _feed.Publish([Summary("b", 7)], _following);
        other.Publish([Summary("b", 7)], other.Follow());
        var mark = other.Begin(null).Snapshot!.Mark;
        Assert.Equal(_feed.Begin(null).Snapshot!.Mark, mark);
        Assert.Empty(_feed.Begin(mark).Events);
        Assert.True(ViewMark.TryParse(mark.ToString(), out var parsed) && parsed == mark);
    }

    [Fact]
    public void WhatCannotBeRead_IsSaidAndThenTakenBack()
    {
        _feed.Publish([Summary("a", 1)], _following);
        var news = _feed.Begin(null);
        Assert.True(_feed.Fail(new TaskStorageException("away"), _following));
        Assert.False(_feed.Fail(new TaskStorageException("away"), _following));
        Assert.True(news.Changed.IsCompleted);
        news = _feed.After(news.Position);
        Assert.IsType<TaskStorageException>(news.Failure);
        _feed.Publish([Summary("a", 1)], _following);
        Assert.True(news.Changed.IsCompleted);
        Assert.Null(_feed.After(news.Position).Failure);
    }

    /// <summary>What a former round still brings is older than what is known.</summary>
    [Fact]
    public void WhatWasReadBeforeAPause_IsNotTaken()
    {
        _feed.Pause();
        _feed.Publish([Summary("late", 1)], _following);
        Assert.Empty(_feed.Begin(null).Snapshot!.Tasks);
    }

    [Fact]
    public void MoreThanFits_IsRefusedAndNotKept()
    {
        _feed.Publish([Summary("a", 1)], _following);
        var position = _feed.Begin(null).Position;
        var labels = Enumerable.Range(0, Limits.MaxLabels).ToImmutableSortedDictionary(i => $"k{i}", _ => new string('x', Limits.MaxLabelValueLength));
        _feed.Publish([.. Enumerable.Range(0, 1_000).Select(i => Summary($"t{i}", 1) with { Labels = labels })], _following);
        Assert.IsType<ViewTooWideException>(_feed.Begin(null).Failure);
        Assert.Empty(_feed.Begin(null).Snapshot!.Tasks);
        _feed.Publish([], _following);
        Assert.Equal("behind", _feed.After(position).Snapshot?.Reason);
    }

    [Fact]
    public async Task MoreTasksThanAStreamFollows_AreRefusedByNumber()
    {
        var views = new TaskViews(new ManyTasks(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<TaskViews>.Instance);
        var feed = views.Join(new TaskQuery())!;
        await feed.WaitUntilReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains("at most 2000 tasks", Assert.IsType<ViewTooWideException>(feed.Begin(null).Failure).Message, StringComparison.Ordinal);
        views.Leave(feed);
    }

    /// <summary>A view that somebody follows is never given up for another one; one that nobody follows is.</summary>
    [Fact]
    public void MoreViewsThanASiloFollows_AreToldToComeAgain()
    {
        var views = new TaskViews(new ManyTasks(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<TaskViews>.Instance);
        var feeds = Enumerable.Range(0, 128).Select(i => views.Join(new TaskQuery { Pipeline = $"p{i}" })!).ToList();
        Assert.Same(feeds[3], views.Join(new TaskQuery { Pipeline = "p3" }));
        Assert.Null(views.Join(new TaskQuery { Pipeline = "one more" }));
        views.Leave(feeds[3]);
        Assert.Null(views.Join(new TaskQuery { Pipeline = "one more" }));
        views.Leave(feeds[3]);
        feeds.Add(views.Join(new TaskQuery { Pipeline = "one more" })!);
        feeds.ForEach(Assert.NotNull);
        feeds.ForEach(feed => feed.Dispose());
    }

    /// <summary>Every condition makes a view of its own: a reader with a label must never be given the view of one without.</summary>
    [Fact]
    public void ViewsThatAskForOtherLabels_AreOthers()
    {
        var views = new TaskViews(new ManyTasks(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<TaskViews>.Instance);
        TaskQuery[] queries =
        [
            new(), new() { Labels = [new("team", "a")] }, new() { Labels = [new("team", "b")] }, new() { Label = new("team", "a") },
            new() { Statuses = [RunStatus.Failed] }, new() { IdPrefix = "x" }, new() { Error = "x" }, new() { CreatedAfter = DateTimeOffset.UnixEpoch },
        ];
        var feeds = queries.Select(query => views.Join(query)!).ToList();
        Assert.Equal(queries.Length, feeds.Distinct().Count());
        Assert.Same(feeds[1], views.Join(new TaskQuery { Labels = [new("team", "a")] }));
        feeds.ForEach(feed => feed.Dispose());
    }

    [Fact]
    public void AnEvent_IsOneBlockOfLines()
    {
        _feed.Publish([], _following);
        var start = _feed.Begin(null);
        _feed.Publish([Summary("a", 1) with { Pipeline = "two\nlines" }], _following);
        var lines = Encoding.UTF8.GetString(Assert.Single(_feed.After(start.Position).Events).Span).Split('\n');
        Assert.Equal(["event: entered", $"id: {_feed.Begin(null).Snapshot!.Mark}", "data: ", "", ""], lines.Select(line => line.Split('{')[0]));
    }

    private static TaskSummary Summary(string id, long version) => new()
    {
        TaskId = TaskId.Parse(id),
        Status = RunStatus.Running,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Version = version,
    };

    private sealed class ManyTasks : ITaskIndex
    {
        public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
            Task.FromResult(new TaskPage([.. Enumerable.Range(0, query.PageSize).Select(i => Summary($"t{query.After}-{i}", 1))], $"x{query.After}"));

        public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
