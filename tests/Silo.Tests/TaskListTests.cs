using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class TaskListTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PagesGiveEveryTaskOnceTheNewestFirst()
    {
        var created = new List<string>();
        for (var number = 1; number <= 5; number++)
        {
            created.Insert(0, (await VideoTask.CreateAsync(app, $"paged-{number}")).Id.Value);
        }

        var seen = new List<string>();
        for (string? page = ""; page is not null;)
        {
            var list = await app.Http.GetFromJsonAsync<JsonElement>($"/api/tasks?id=paged-&page_size=2&page={Uri.EscapeDataString(page)}", Stop);
            seen.AddRange(list.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!));
            page = list.GetProperty("next").GetString();
            Assert.Equal(5, list.GetProperty("total").GetInt64());
        }

        Assert.Equal(created, seen);
    }

    [Fact]
    public async Task ConditionsHoldTogether()
    {
        await VideoTask.CreateAsync(app, "chosen-1", ImmutableSortedDictionary<string, string>.Empty.Add("team", "docs"));
        var running = await VideoTask.CreateAsync(app, "chosen-2", ImmutableSortedDictionary<string, string>.Empty.Add("team", "docs"));
        await running.StartAsync("content_parsing");
        await (await VideoTask.CreateAsync(app, "chosen-3")).StartAsync("content_parsing");

        var list = await app.Http.GetFromJsonAsync<JsonElement>(
            "/api/tasks?status=running&status=failed&label=team:docs&id=chosen-&pipeline=document-video", Stop);

        Assert.Equal((0, 0), (list.GetProperty("unreadable").GetInt32(), list.GetProperty("unreadable_ids").GetArrayLength()));
        var task = Assert.Single(list.GetProperty("tasks").EnumerateArray());
        Assert.Equal("chosen-2", task.GetProperty("task_id").GetString());
        Assert.Equal("running", task.GetProperty("status").GetString());
        Assert.Equal(1, task.GetProperty("workers").GetInt32());
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("page_size=0", "page_size")]
    [InlineData("page_size=501", "page_size")]
    [InlineData("page_size=many", "page_size")]
    [InlineData("page_size=-1", "page_size")]
    [InlineData("label=team", "label")]
    [InlineData("label=:docs", "label")]
    [InlineData("page=nonsense", "page")]
    public async Task AWrongParameterIsRefusedByName(string query, string name)
    {
        using var answer = await app.Http.GetAsync($"/api/tasks?{query}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains(name, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEndlessParameterIsRefused()
    {
        using var answer = await app.Http.GetAsync($"/api/tasks?id={new string('a', 600)}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
