using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;
using static VideoGen.Silo.Tests.HttpWorker;

namespace VideoGen.Silo.Tests;

/// <summary>Workers over HTTP. Each test has a queue of its own, so that none takes another's stages.</summary>
[Collection(SharedSilo.Name)]
public sealed class WorkTests(SiloApplication app)
{
    private readonly HttpWorker _worker = new(app);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWorkerTakesReportsUploadsAndCompletes()
    {
        await _worker.CreateAsync("work-whole", "draw", "extra*", "paint");
        var worker = Guid.NewGuid();
        var item = await _worker.TakeAsync("work-whole", worker);

        Assert.Equal(("work-whole", "draw", 1), (Text(item, "task_id"), Text(item, "stage"), item.GetProperty("attempt").GetInt32()));
        Assert.Equal("hello", item.GetProperty("input").GetProperty("text").GetString());
        using var report = await _worker.SayAsync(item, "report", """{"progress": 0.25, "message": "At it"}""");
        Assert.Equal("continue", Text(await JsonOf(report), "directive"));
        var drawn = (await _worker.StateAsync("work-whole")).Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((0.25, "At it"), (drawn.Progress, drawn.Message));

        var bytes = RandomNumberGenerator.GetBytes(300_000);
        using var upload = await _worker.UploadAsync(item, "clip.mp4", bytes, digest: Digest(bytes));
        Assert.Equal(HttpStatusCode.Created, upload.StatusCode);
        Assert.Equal(Digest(bytes), Assert.Single(upload.Headers.GetValues("Repr-Digest")));
        var made = await upload.Content.ReadAsStringAsync(Stop);
        const string Rest = """ "add_stages": [{"name": "extra:one", "queue": "work-whole"}], "warnings": ["It was dark."], "message": "Done"}""";
        var end = "{\"artifacts\": [" + made + "], " + Rest;
        using var complete = await _worker.SayAsync(item, "complete", end);
        using var again = await _worker.SayAsync(item, "complete", end);

        Assert.True(complete.IsSuccessStatusCode, await complete.Content.ReadAsStringAsync(Stop));
        Assert.True(again.IsSuccessStatusCode, await again.Content.ReadAsStringAsync(Stop));
        var state = await _worker.StateAsync("work-whole");
        var ended = state.Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((RunStatus.Completed, "Done", "http-worker"), (ended.Status, ended.Message, ended.CompletedBy));
        Assert.Equal("It was dark.", Assert.Single(state.Warnings));
        Assert.True(state.Stages.Contains("extra:one"));
        Assert.Equal(bytes, await app.Http.GetByteArrayAsync("/api/tasks/work-whole/artifacts/draw/clip.mp4", Stop));

        var next = await _worker.TakeAsync("work-whole", worker);
        while (Text(next, "stage") != "paint")
        {
            using var other = await _worker.SayAsync(next, "complete", null);
            next = await _worker.TakeAsync("work-whole", worker);
        }

        var input = Assert.Single(next.GetProperty("inputs").EnumerateArray());
        Assert.Equal(("draw", "clip.mp4"), (Text(input, "stage"), Text(input, "name")));
        Assert.Equal(bytes, await app.Http.GetByteArrayAsync(Text(input, "url"), Stop));
    }

    [Fact]
    public async Task WhereNothingWaitsTheAnswerIsEmptyAndAWaitingWorkerGetsWhatComes()
    {
        using var nothing = await _worker.AskAsync("work-later", Guid.NewGuid(), wait: 0);
        Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);

        var asking = _worker.AskAsync("work-later", Guid.NewGuid(), wait: 20);
        await _worker.CreateAsync("work-later", "draw");
        using var answer = await asking;

        Assert.Equal("work-later", Text((await JsonOf(answer)).GetProperty("work")[0], "task_id"));
    }

    [Fact]
    public async Task ALostAnswerIsGivenAgainUnderTheSameKey()
    {
        await _worker.CreateAsync("work-lost", "draw");
        var worker = Guid.NewGuid();
        using var first = await _worker.AskAsync("work-lost", worker, key: "question-1");
        using var again = await _worker.AskAsync("work-lost", worker, key: "question-1");
        using var other = await _worker.AskAsync("work-lost", worker, key: "question-2");

        Assert.Equal(await first.Content.ReadAsStringAsync(Stop), await again.Content.ReadAsStringAsync(Stop));
        Assert.Equal(HttpStatusCode.NoContent, other.StatusCode);
    }

    [Fact]
    public async Task WhatIsNotTheWorkersIsGone()
    {
        await _worker.CreateAsync("work-gone", "draw");
        var item = await _worker.TakeAsync("work-gone", Guid.NewGuid());
        var lease = Text(item, "lease");
        var token = lease.Split('.')[0];

        using var forged = await _worker.SayAsync(item, "complete", null, $"{token}.{Guid.NewGuid():N}");
        using var older = await _worker.SayAsync(item, "report", "{}", $"{long.Parse(token) - 1}.{lease.Split('.')[1]}");
        using var upload = await _worker.UploadAsync(item, "x.bin", [1], lease: $"{token}.{Guid.NewGuid():N}");
        using var none = await _worker.SayAsync(item, "report", "{}", "");
        Assert.Equal(RunStatus.Running, (await _worker.StateAsync("work-gone")).Stages.Single(stage => stage.Name.Value == "draw").Status);

        using var released = await _worker.SayAsync(item, "release", """{"reason": "No brush."}""");
        using var late = await _worker.SayAsync(item, "report", """{"progress": 1}""");
        using var later = await _worker.SayAsync(item, "complete", null);

        foreach (var answer in new[] { forged, older, upload, late, later })
        {
            await CreationTests.AssertProblemAsync(answer, HttpStatusCode.Gone, "lease-lost", "work-gone");
        }

        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        Assert.Equal(RunStatus.Pending, (await _worker.StateAsync("work-gone")).Stages.Single(stage => stage.Name.Value == "draw").Status);
    }

    [Fact]
    public async Task AWorkerHearsThatItsTaskIsCancelledOrPaused()
    {
        var task = await _worker.CreateAsync("work-told", "draw", "paint");
        var item = await _worker.TakeAsync("work-told", Guid.NewGuid());
        await app.SendAsync(task, new PauseTask());
        using var paused = await _worker.SayAsync(item, "report", "{}");
        await app.SendAsync(task, new CancelTask());
        using var cancelled = await _worker.SayAsync(item, "report", "{}");

        Assert.Equal("pause", Text(await JsonOf(paused), "directive"));
        Assert.Equal("cancel", Text(await JsonOf(cancelled), "directive"));
    }

    [Fact]
    public async Task AFailureIsTriedAgainWhenItMayBe()
    {
        await _worker.CreateAsync("work-failed", "draw");
        var item = await _worker.TakeAsync("work-failed", Guid.NewGuid());
        using var failed = await _worker.SayAsync(item, "fail", """{"message": "The brush broke.", "code": "brush", "retryable": true}""");

        Assert.Equal("applied", Text(await JsonOf(failed), "outcome"));
        var drawn = (await _worker.StateAsync("work-failed")).Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((RunStatus.Pending, "The brush broke."), (drawn.Status, drawn.Error));
    }

    [Fact]
    public async Task ADrainedWorkerGetsNothingMoreAndHearsWhy()
    {
        await _worker.CreateAsync("work-drain", "draw", "paint");
        var worker = Guid.NewGuid();
        var item = await _worker.TakeAsync("work-drain", worker, "drained");
        using var drain = await app.Http.PostAsync("/api/workers/drained/drain", null, Stop);
        Assert.Equal(1, (await JsonOf(drain)).GetProperty("told").GetInt32());

        JsonElement reply;
        do
        {
            using var report = await _worker.SayAsync(item, "report", "{}");
            reply = await JsonOf(report);
            await Task.Delay(100, Stop);
        }
        while (Text(reply, "directive") == "continue");

        Assert.Equal("drain", Text(reply, "directive"));
        using var more = await _worker.AskAsync("work-drain", worker, "drained");
        Assert.Equal((HttpStatusCode.NoContent, "drain"), (more.StatusCode, Assert.Single(more.Headers.GetValues("VideoGen-Directive"))));
    }

    [Fact]
    public async Task OneCallReportsOnAllAndTakesMore()
    {
        var task = await _worker.CreateAsync("work-sync", "draw", "paint");
        var worker = Guid.NewGuid();
        const string Wish = "\"kinds\": [\"draw\", \"paint\"], \"queues\": [\"work-sync\"]";
        var first = await SyncAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "slots": 1}""");
        var item = first.GetProperty("work")[0];
        var report = $$"""{"task_id": "work-sync", "stage": "draw", "lease": "{{Text(item, "lease")}}", "progress": 0.5, "durable": true}""";
        var lost = $$"""{"task_id": "work-sync", "stage": "draw", "lease": "1.{{Guid.NewGuid():N}}", "progress": 0.9}""";
        var second = await SyncAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "reports": [{{report}}, {{lost}}]}""");

        Assert.Equal(["continue", "lost"], second.GetProperty("directives").EnumerateArray().Select(directive => Text(directive, "directive")));
        Assert.Equal(0.5, (await _worker.StateAsync(task.Value)).Stages.Single(stage => stage.Name.Value == "draw").Progress);
        var listed = await app.Http.GetFromJsonAsync<JsonElement>("/api/workers", Stop);
        Assert.Contains(listed.GetProperty("workers").EnumerateArray(), one => Text(one, "name") == "sync-worker");
        using var nothing = await SendAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "reports": [null]}""");
        using var nobody = await _worker.SayAsync(item, "complete", """{"artifacts": [null]}""");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (nothing.StatusCode, nobody.StatusCode));

        async Task<JsonElement> SyncAsync(string body)
        {
            using var answer = await SendAsync(body);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await JsonOf(answer);
        }

        Task<HttpResponseMessage> SendAsync(string body) =>
            app.Http.PostAsync("/api/workers/sync-worker/sync", new StringContent(body, Encoding.UTF8, "application/json"), Stop);
    }

    [Theory]
    [InlineData("""{"worker": "w", "incarnation": "00000000-0000-0000-0000-000000000000", "kinds": ["a"]}""", "incarnation")]
    [InlineData("""{"worker": "", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a"]}""", "name")]
    [InlineData("""{"worker": "w", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a b"]}""", "kinds")]
    [InlineData("""{"worker": "w", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a"], "wait_s": 99}""", "wait_s")]
    [InlineData("""{"worker": "w", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a"], "slots": 9999}""", "slots")]
    [InlineData("""{"worker": "w", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a"], "lease_s": 0.1}""", "lease_s")]
    [InlineData("""{"worker": "w", "incarnation": "8a9d3ac2-6a51-4a4c-9d0f-8d7a5a1f0c11", "kinds": ["a"], "queues": ["a b"]}""", "queue")]
    [InlineData("""{"worker": "w", "kinds": ["a"]}""", "incarnation")]
    public async Task AWishThatIsNoneIsRefusedInWords(string body, string word)
    {
        using var answer = await app.Http.PostAsync("/api/work", new StringContent(body, Encoding.UTF8, "application/json"), Stop);

        await CreationTests.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request", word);
    }
}
