using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

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

    /// <summary>The next page is that of the same list: its address has the order and the conditions, and its cursor is of no other.</summary>
    [Fact]
    public async Task PagesOfAnyOrder_FollowTheLink()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "sorted").Add("k", "v");
        foreach (var (id, priority) in new[] { ("sorted-a", 1), ("sorted-b", 7), ("sorted-c", -2) })
        {
            var task = await VideoTask.CreateAsync(app, id, labels);
            await app.SendAsync(task.Id, new ChangePriority(priority));
        }

        await VideoTask.CreateAsync(app, "sorted-other", labels.Remove("k"));
        var since = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-1).ToString("O"));
        var seen = new List<(string?, int)>();
        for (var next = $"/api/tasks?label=team:sorted&label=k:v&sort=priority&order=asc&created_after={since}&page_size=1"; next is not null;)
        {
            using var answer = await app.Http.GetAsync(next, Stop);
            var list = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            seen.AddRange(list.GetProperty("tasks").EnumerateArray().Select(
                task => (task.GetProperty("task_id").GetString(), task.GetProperty("priority").GetInt32())));
            Assert.Equal(3, list.GetProperty("total").GetInt64());
            next = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            if (seen.Count == 1)
            {
                Assert.Contains("priority, ascending", await RefusalAsync(next!, "order=asc", "order=desc"), StringComparison.Ordinal);
                Assert.Contains("other conditions", await RefusalAsync(next!, "k%3Av", "k%3Aw"), StringComparison.Ordinal);
            }
        }

        Assert.Equal([("sorted-c", -2), ("sorted-a", 1), ("sorted-b", 7)], seen);
    }

    [Fact]
    public async Task ErrorsAreFoundByTheirText_AndActedOnTogether()
    {
        var failed = await VideoTask.CreateAsync(app, "found-by-error");
        var token = await failed.StartAsync("content_parsing");
        await app.SendAsync(failed.Id, new FailStage("content_parsing", token, "The Vendor says: Quota exceeded"));
        await VideoTask.CreateAsync(app, "found-not");

        var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/tasks?error=vendor%20SAYS%3A%20quota&id=found-", Stop);

        Assert.Equal("found-by-error", Assert.Single(list.GetProperty("tasks").EnumerateArray()).GetProperty("task_id").GetString());
        var filter = new { error = "quota exceeded", id = "found-", labels = Array.Empty<string>() };
        using var answer = await app.Http.PostAsJsonAsync("/api/acts", new { act = "retry", reason = "quota is back", count = 1, filter }, Stop);
        Assert.Contains("\"applied\":1", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        list = await app.Http.GetFromJsonAsync<JsonElement>("/api/tasks?error=quota&id=found-", Stop);
        Assert.Equal(0, list.GetProperty("total").GetInt64());
    }

    [Theory]
    [InlineData("sort=size", "sort")]
    [InlineData("order=up", "order")]
    [InlineData("error=", "errors")]
    [InlineData("created_after=yesterday", "created_after")]
    [InlineData("created_before=2026-11-27T14:00:00", "created_before")]
    [InlineData("updated_after=2026-11-27", "updated_after")]
    [InlineData("updated_before=2026-02-30T00:00:00Z", "updated_before")]
    [InlineData("updated_after=2026-11-27T14:00:00Z&updated_before=2026-11-27T14:00:00Z", "written in that time")]
    [InlineData("label=a:1&label=b", "label")]
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

    private async Task<string> RefusalAsync(string address, string part, string other)
    {
        Assert.Contains(part, address, StringComparison.Ordinal);
        using var answer = await app.Http.GetAsync(address.Replace(part, other, StringComparison.Ordinal), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString()!;
    }

    [Fact]
    public async Task AnEndlessParameterIsRefused()
    {
        using var answer = await app.Http.GetAsync($"/api/tasks?id={new string('a', 600)}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
