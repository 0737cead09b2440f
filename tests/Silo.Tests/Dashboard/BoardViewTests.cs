using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using VideoGen.Silo.Access;
using VideoGen.Silo.Dashboard.Board;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>What the list of tasks asks the index for.</summary>
public sealed class BoardViewTests
{
    /// <summary>Nothing that the address asks for leads out of the tasks that the key is for.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("team:a:x")]
    [InlineData("team:b")]
    public void TheLabelOfAKey_IsTheOneThatIsAskedFor(string asked)
    {
        var label = KeyValuePair.Create("team:a", "x");
        var caller = new Caller("looks", Role.Viewer, TaskState.NoLabels.SetItem(label.Key, label.Value));

        var view = BoardView.Of(new QueryCollection(new Dictionary<string, StringValues> { ["label"] = asked }), caller);

        Assert.Contains(label, view.ToQuery().AllLabels());
        Assert.Equal(asked == "team:b" ? 2 : 1, view.ToQuery().AllLabels().Length);
        Assert.Equal(view.ToQuery().AllLabels(), view.ToCountQuery().AllLabels());
        Assert.Null(view.Problem);
    }

    [Fact]
    public void ALabelThatTheKeyForbids_IsRefusedInWords()
    {
        var caller = new Caller("looks", Role.Viewer, TaskState.NoLabels.SetItem("team", "a"));
        var view = BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery("?label=team:b")), caller);
        Assert.Equal("This key sees tasks with the label team:a alone.", view.Problem);
        Assert.Contains(KeyValuePair.Create("team", "a"), view.ToQuery().AllLabels());
    }

    /// <summary>What a page shows is its address: a reload, a saved link and a bulk act mean the same tasks in the same order.</summary>
    [Fact]
    public void EveryCondition_StandsInTheAddress()
    {
        const string Address = "?show=failed&id=a&pipeline=p&label=team%3Adocs&label=k%3Av&error=time%20out&created_after=2026-11-01"
            + "&created_before=2026-11-27T14%3A00%3A00%2B02%3A00&updated_after=2026-11-02&updated_before=2026-11-28&sort=priority&order=asc&after=x";
        var view = BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery(Address)), Caller.Anyone);
        Assert.Equal(Address, view.ToParameters());
        Assert.Equal(view, BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery(view.ToParameters())), Caller.Anyone));
        var query = view.ToQuery();
        Assert.Equal((TaskSort.Priority, true, "time out", "x"), (query.Sort, query.Ascending, query.Error, query.After));
        Assert.Equal([new("k", "v"), new("team", "docs")], query.AllLabels());
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), query.CreatedAfter);
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero), query.CreatedBefore!.Value.ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), query.UpdatedAfter);
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero), query.UpdatedBefore);
        Assert.False(BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery("?updated_before=2026-11-28")), Caller.Anyone).IsEverything);
        Assert.Equal("/", BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery("?label=&error=&sort=created&order=desc")), Caller.Anyone).ToAddress());
    }

    [Theory]
    [InlineData("?label=team", "key:value; 'team' is not")]
    [InlineData("?created_after=yesterday", "The begin 'yesterday' is not a time")]
    [InlineData("?created_before=2026-13-01", "The end '2026-13-01' is not a time")]
    [InlineData("?updated_after=noon", "The begin 'noon' is not a time")]
    [InlineData("?updated_before=2026-11-31", "The end '2026-11-31' is not a time")]
    public void WhatCannotBeAskedFor_IsSaid(string address, string words) => Assert.Contains(
        words, BoardView.Of(new QueryCollection(QueryHelpers.ParseQuery(address)), Caller.Anyone).Problem, StringComparison.Ordinal);
}
