using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests.Events;

/// <summary>What a list finds, followed over HTTP.</summary>
[Collection(SharedSilo.Name)]
public sealed class TaskViewEventTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATaskEntersChangesAndLeaves()
    {
        var first = await VideoTask.CreateAsync(app, "view-whole-1");
        await VideoTask.CreateAsync(app, "view-other-1");
        await using var reader = await ViewReader.OpenAsync(app.Http, "?id=view-whole-&status=pending&status=running");
        Assert.Equal("snapshot first: view-whole-1", await reader.NextTextAsync());

        await VideoTask.CreateAsync(app, "view-whole-2");
        Assert.Equal("entered view-whole-2", await reader.NextTextAsync());
        await first.StartAsync("content_parsing");
        var (name, data) = await reader.NextAsync();
        Assert.Equal(("changed", "view-whole-1", "running", 1), (
            name, data.GetProperty("task_id").GetString(), data.GetProperty("status").GetString(), data.GetProperty("workers").GetInt32()));
        await app.SendAsync(first.Id, new CancelTask());
        Assert.Equal("left view-whole-1", await reader.NextTextAsync());
    }

    [Fact]
    public async Task ADeletedTaskLeaves()
    {
        var task = await VideoTask.CreateAsync(app, "view-deleted");
        await app.SendAsync(task.Id, new CancelTask());
        await using var reader = await ViewReader.OpenAsync(app.Http, "?id=view-deleted");
        Assert.Equal("snapshot first: view-deleted", await reader.NextTextAsync());

        await app.SendAsync(task.Id, new DeleteTask());

        Assert.Equal("left view-deleted", await reader.NextTextAsync());
    }

    /// <summary>Whichever event a reader saw last, it is told each one after that, and none twice.</summary>
    [Fact]
    public async Task WhoComesBackGoesOnAfterTheEventThatItSawLast()
    {
        const string Query = "?id=view-resumed-";
        await VideoTask.CreateAsync(app, "view-resumed-0");
        await using var whole = await ViewReader.OpenAsync(app.Http, Query);
        Assert.StartsWith("snapshot first", await whole.NextTextAsync(), StringComparison.Ordinal);
        var told = new List<(string? Id, string Text)> { (whole.LastId, "") };
        foreach (var act in new[] { "create 1", "create 2", "start 1", "cancel 2", "delete 2", "create 3" })
        {
            var id = $"view-resumed-{act[^1]}";
            await (act.Split(' ')[0] switch
            {
                "create" => VideoTask.CreateAsync(app, id),
                "start" => new VideoTask(app, id).StartAsync("content_parsing"),
                "cancel" => app.SendAsync(new VideoTask(app, id).Id, new CancelTask()),
                _ => (Task)app.SendAsync(new VideoTask(app, id).Id, new DeleteTask()),
            });
            told.Add((null, await whole.NextTextAsync()));
            told[^1] = (whole.LastId, told[^1].Text);
        }

        Assert.Equal(7, told.Select(one => one.Id).Distinct().Count());
        for (var seen = 0; seen < told.Count - 1; seen++)
        {
            await using var back = await ViewReader.OpenAsync(app.Http, Query, told[seen].Id);
            foreach (var (id, text) in told.Skip(seen + 1))
            {
                Assert.Equal((text, id), (await back.NextTextAsync(), back.LastId));
            }
        }
    }

    /// <summary>What happened while nobody followed the view is found when the reader comes back.</summary>
    [Fact]
    public async Task WhoComesBackAloneMissesNothingThatIsStillTrue()
    {
        const string Query = "?id=view-alone-";
        var task = await VideoTask.CreateAsync(app, "view-alone-1");
        string? last;
        await using (var reader = await ViewReader.OpenAsync(app.Http, Query))
        {
            Assert.Equal("snapshot first: view-alone-1", await reader.NextTextAsync());
            last = reader.LastId;
        }

        await task.StartAsync("content_parsing");
        await using var back = await ViewReader.OpenAsync(app.Http, Query, last);

        Assert.Equal("changed view-alone-1 running", await back.NextTextAsync());
    }

    /// <summary>The id tells the state, not the silo. Where both know it, the reader goes on; else it begins anew, and is told so.</summary>
    [Fact]
    public async Task AfterTheDeathOfItsSilo_AReaderGoesOnAtAnother()
    {
        const string Query = "?id=view-moved-";
        var task = await VideoTask.CreateAsync(app, "view-moved-1");
        var other = new SiloApplication();
        await other.StartAsync(http: true, store: app.Store);
        await using var reader = await ViewReader.OpenAsync(other.Http, Query);
        Assert.Equal("snapshot first: view-moved-1", await reader.NextTextAsync());
        await other.DisposeAsync();

        await using var same = await ViewReader.OpenAsync(app.Http, Query, reader.LastId);
        await task.StartAsync("content_parsing");
        Assert.Equal("changed view-moved-1 running", await same.NextTextAsync());

        await using var late = await ViewReader.OpenAsync(app.Http, Query, new string('7', 32));
        Assert.Equal("snapshot unknown_id: view-moved-1", await late.NextTextAsync());
    }

    [Fact]
    public async Task ATaskOfThatNameIsReadByWhoAsksForNoStream()
    {
        await VideoTask.CreateAsync(app, "events");
        var task = await app.Http.GetFromJsonAsync<JsonElement>("/api/tasks/events", Stop);
        Assert.Equal("events", task.GetProperty("task_id").GetString());
        await using var reader = await ViewReader.OpenAsync(app.Http, "?id=events");
        Assert.Contains("events", await reader.NextTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?sort=created", "'sort'")]
    [InlineData("?order=asc", "'order'")]
    [InlineData("?page=x", "'page'")]
    [InlineData("?page_size=5", "'page_size'")]
    [InlineData("?status=done", "'status'")]
    [InlineData("?label=team", "'label'")]
    [InlineData("?updated_before=now", "'updated_before'")]
    [InlineData("", "Last-Event-ID", "12")]
    [InlineData("", "Last-Event-ID", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public async Task WhatAStreamDoesNotTakeIsRefusedByName(string query, string name, string? lastId = null)
    {
        using var answer = await ViewReader.AskAsync(app.Http, query, lastId);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains(name, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
