using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class ActTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATaskIsSteered()
    {
        await VideoTask.CreateAsync(app, "act-steered");

        Assert.Equal(("applied", "paused"), await ActAsync("pause", """{"after_stages": true, "reason": "lunch"}"""));
        Assert.Equal(("unchanged", "paused"), await ActAsync("pause", """{"after_stages": true}"""));
        Assert.Equal(("applied", "pending"), await ActAsync("resume", null));
        Assert.Equal(("applied", "cancelled"), await ActAsync("cancel", "{}"));
        Assert.Equal(("applied", "pending"), await ActAsync("retry", null));

        async Task<(string? Outcome, string? Status)> ActAsync(string act, string? body)
        {
            using var answer = await PostAsync($"/api/tasks/act-steered/{act}", body);
            var reply = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var read = await app.Http.GetAsync("/api/tasks/act-steered", Stop);
            Assert.Equal(read.Headers.ETag, answer.Headers.ETag);
            return (reply.GetProperty("outcome").GetString(), reply.GetProperty("status").GetString());
        }
    }

    [Theory]
    [InlineData("/api/tasks/act-refused/pause", null, HttpStatusCode.Conflict, "conflict")]
    [InlineData("/api/tasks/act-refused/skip", """{"stages": ["content_parsing"]}""", HttpStatusCode.Conflict, "conflict")]
    [InlineData("/api/tasks/act-refused/skip", null, HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/api/tasks/act-refused/skip", """{"stages": ["no stage"]}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/api/tasks/act-refused/retry", """{"stages": ["nowhere"]}""", HttpStatusCode.NotFound, "not-found")]
    [InlineData("/api/tasks/act-refused/cancel", """{"reason": "a\nb"}""", HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("/api/tasks/act-nobody/cancel", null, HttpStatusCode.NotFound, "not-found")]
    [InlineData("/api/tasks/..x/cancel", null, HttpStatusCode.BadRequest, "invalid-request")]
    public async Task WhatATaskDoesNotAllowIsSaid(string path, string? body, HttpStatusCode status, string type)
    {
        var task = await VideoTask.CreateAsync(app, "act-refused");
        await app.SendAsync(task.Id, new CancelTask());

        using var answer = await PostAsync(path, body);

        await CreationTests.AssertProblemAsync(answer, status, type, "");
    }

    [Fact]
    public async Task AnActWithAKeyIsDoneOnce()
    {
        var task = await VideoTask.CreateAsync(app, "act-once");
        using var first = await PostAsync("/api/tasks/act-once/pause", null, ("Idempotency-Key", "one"));
        await app.SendAsync(task.Id, new ResumeTask());
        using var again = await PostAsync("/api/tasks/act-once/pause", null, ("Idempotency-Key", "one"));
        using var other = await PostAsync("/api/tasks/act-once/pause", """{"after_stages": true}""", ("Idempotency-Key", "one"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal("pending", (await again.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("status").GetString());
        await CreationTests.AssertProblemAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "");
    }

    [Fact]
    public async Task AnActForAnotherVersionDoesNothing()
    {
        await VideoTask.CreateAsync(app, "act-version");
        using var cancel = await PostAsync("/api/tasks/act-version/cancel", null, ("If-Match", "\"another\""));
        using var delete = new HttpRequestMessage(HttpMethod.Delete, "/api/tasks/act-version");
        delete.Headers.Add("If-Match", "\"another\"");
        using var deleted = await app.Http.SendAsync(delete, Stop);

        await CreationTests.AssertProblemAsync(cancel, HttpStatusCode.PreconditionFailed, "changed-meanwhile", "act-version");
        await CreationTests.AssertProblemAsync(deleted, HttpStatusCode.PreconditionFailed, "changed-meanwhile", "act-version");
        Assert.Equal(1, (await app.Grains.GetGrain<ITaskStateGrain>("act-version").ReadAsync())!.Version);
    }

    /// <summary>The task itself compares versions, after it has looked whether it did the same act before.</summary>
    [Fact]
    public async Task AnActForAVersionThatIsSentAgainIsAnsweredAsTheFirstTime()
    {
        var task = await VideoTask.CreateAsync(app, "act-version-once");
        var seen = await TagAsync();
        using var first = await PostAsync("/api/tasks/act-version-once/pause", null, ("Idempotency-Key", "two"), ("If-Match", seen));
        using var again = await PostAsync("/api/tasks/act-version-once/pause", null, ("Idempotency-Key", "two"), ("If-Match", seen));
        using var other = await PostAsync("/api/tasks/act-version-once/resume", null, ("Idempotency-Key", "three"), ("If-Match", seen));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        await CreationTests.AssertProblemAsync(other, HttpStatusCode.PreconditionFailed, "changed-meanwhile", "act-version-once");

        await app.SendAsync(task.Id, new CancelTask());
        var last = await TagAsync();
        using var deleted = await DeleteAsync();
        using var deletedAgain = await DeleteAsync();
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (deleted.StatusCode, deletedAgain.StatusCode));

        async Task<string> TagAsync()
        {
            using var read = await app.Http.GetAsync("/api/tasks/act-version-once", Stop);
            return read.Headers.ETag!.ToString();
        }

        async Task<HttpResponseMessage> DeleteAsync()
        {
            using var delete = new HttpRequestMessage(HttpMethod.Delete, "/api/tasks/act-version-once?reason=done");
            delete.Headers.Add("If-Match", last);
            delete.Headers.Add("Idempotency-Key", "four");
            return await app.Http.SendAsync(delete, Stop);
        }
    }

    [Fact]
    public async Task LabelsAndPriorityAreChangedInOneStep()
    {
        await VideoTask.CreateAsync(app, "act-amend", ImmutableSortedDictionary<string, string>.Empty.Add("team", "docs").Add("old", "1"));
        using var read = await app.Http.GetAsync("/api/tasks/act-amend", Stop);
        using var blind = await PatchAsync("""{"priority": 5}""", null);
        using var good = await PatchAsync("""{"labels": {"team": "film", "old": null, "new": "2"}, "priority": 5}""", read.Headers.ETag!.ToString());
        using var late = await PatchAsync("""{"priority": 6}""", read.Headers.ETag!.ToString());
        using var any = await PatchAsync("""{"priority": 7}""", "*");

        await CreationTests.AssertProblemAsync(blind, HttpStatusCode.PreconditionRequired, "precondition-required", "If-Match");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        await CreationTests.AssertProblemAsync(late, HttpStatusCode.PreconditionFailed, "changed-meanwhile", "act-amend");
        Assert.Equal(HttpStatusCode.OK, any.StatusCode);
        var state = (await app.Grains.GetGrain<ITaskStateGrain>("act-amend").ReadAsync())!.ToState();
        Assert.Equal(("film", "2", 7), (state.Labels!["team"], state.Labels["new"], state.Priority));
        Assert.False(state.Labels.ContainsKey("old"));

        async Task<HttpResponseMessage> PatchAsync(string body, string? version)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/tasks/act-amend")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/merge-patch+json"),
            };
            if (version is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Match", version);
            }

            return await app.Http.SendAsync(request, Stop);
        }
    }

    [Fact]
    public async Task ADeletedTaskIsGone()
    {
        var task = await VideoTask.CreateAsync(app, "act-deleted");
        using var early = await app.Http.DeleteAsync("/api/tasks/act-deleted", Stop);
        await app.SendAsync(task.Id, new CancelTask());
        using var good = await app.Http.DeleteAsync("/api/tasks/act-deleted", Stop);
        using var again = await app.Http.DeleteAsync("/api/tasks/act-deleted", Stop);

        await CreationTests.AssertProblemAsync(early, HttpStatusCode.Conflict, "conflict", "cancel it first");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (good.StatusCode, again.StatusCode));
    }

    [Fact]
    public async Task AnActOnManyTasksCountsFirst()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("batch", "bulk");
        for (var i = 1; i <= 3; i++)
        {
            await VideoTask.CreateAsync(app, $"bulk-{i}", labels);
        }

        await app.SendAsync(VideoGen.Tasks.TaskId.Parse("bulk-3"), new CancelTask());
        const string Filter = """ "filter": {"label": "batch:bulk"}, "reason": "cleaning up" """;
        using var blind = await PostAsync("/api/acts", $$"""{"act": "cancel", {{Filter}} }""");
        using var wrong = await PostAsync("/api/acts", $$"""{"act": "cancel", {{Filter}}, "count": 2}""");
        using var none = await PostAsync("/api/acts", """{"act": "cancel", "filter": {}, "reason": "all", "count": 3}""");

        await CreationTests.AssertProblemAsync(blind, HttpStatusCode.PreconditionRequired, "precondition-required", "3 tasks");
        await CreationTests.AssertProblemAsync(wrong, HttpStatusCode.PreconditionFailed, "changed-meanwhile", "3 tasks");
        await CreationTests.AssertProblemAsync(none, HttpStatusCode.BadRequest, "invalid-request", "condition");
        Assert.Equal(RunStatus.Pending, (await app.Grains.GetGrain<ITaskStateGrain>("bulk-1").ReadAsync())!.ToState().Status);

        using var good = await PostAsync("/api/acts", $$"""{"act": "cancel", {{Filter}}, "count": 3}""");

        Assert.Equal("application/x-ndjson", good.Content.Headers.ContentType?.MediaType);
        var lines = (await good.Content.ReadAsStringAsync(Stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["bulk-1", "bulk-2", "bulk-3"], lines.Take(3).Select(line => line.GetProperty("task_id").GetString()).Order());
        var last = lines[3];
        Assert.Equal(
            (3, 3, 2, 1, 0),
            (Number("found"), Number("done"), Number("applied"), Number("unchanged"), Number("failed")));
        Assert.Equal(RunStatus.Cancelled, (await app.Grains.GetGrain<ITaskStateGrain>("bulk-1").ReadAsync())!.ToState().Status);

        int Number(string name) => last.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task ACancellationThatIsToWaitWaitsForTheWorker()
    {
        await VideoTask.CreateAsync(app, "act-wait");
        using var answer = await PostAsync("/api/tasks/act-wait/cancel", null, ("Prefer", "wait=30"));

        Assert.Equal("wait=30", Assert.Single(answer.Headers.GetValues("Preference-Applied")));
        Assert.Equal("cancelled", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("status").GetString());
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Http.SendAsync(request, Stop);
    }
}
