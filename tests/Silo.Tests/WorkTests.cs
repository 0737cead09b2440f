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

namespace VideoGen.Silo.Tests;

/// <summary>Workers over HTTP. Each test has a queue of its own, so that none takes another's stages.</summary>
[Collection(SharedSilo.Name)]
public sealed class WorkTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWorkerTakesReportsUploadsAndCompletes()
    {
        await CreateAsync("work-whole", "draw", "extra*", "paint");
        var worker = Guid.NewGuid();
        var item = await TakeAsync("work-whole", worker);

        Assert.Equal(("work-whole", "draw", 1), (Text(item, "task_id"), Text(item, "stage"), item.GetProperty("attempt").GetInt32()));
        Assert.Equal("hello", item.GetProperty("input").GetProperty("text").GetString());
        using var report = await SayAsync(item, "report", """{"progress": 0.25, "message": "At it"}""");
        Assert.Equal("continue", Text(await JsonOf(report), "directive"));
        var drawn = (await StateAsync("work-whole")).Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((0.25, "At it"), (drawn.Progress, drawn.Message));

        var bytes = RandomNumberGenerator.GetBytes(300_000);
        using var upload = await UploadAsync(item, "clip.mp4", bytes, digest: Digest(bytes));
        Assert.Equal(HttpStatusCode.Created, upload.StatusCode);
        Assert.Equal(Digest(bytes), Assert.Single(upload.Headers.GetValues("Repr-Digest")));
        var made = await upload.Content.ReadAsStringAsync(Stop);
        const string Rest = """ "add_stages": [{"name": "extra:one", "queue": "work-whole"}], "warnings": ["It was dark."], "message": "Done"}""";
        var end = "{\"artifacts\": [" + made + "], " + Rest;
        using var complete = await SayAsync(item, "complete", end);
        using var again = await SayAsync(item, "complete", end);

        Assert.True(complete.IsSuccessStatusCode, await complete.Content.ReadAsStringAsync(Stop));
        Assert.True(again.IsSuccessStatusCode, await again.Content.ReadAsStringAsync(Stop));
        var state = await StateAsync("work-whole");
        var ended = state.Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((RunStatus.Completed, "Done", "http-worker"), (ended.Status, ended.Message, ended.CompletedBy));
        Assert.Equal("It was dark.", Assert.Single(state.Warnings));
        Assert.True(state.Stages.Contains("extra:one"));
        Assert.Equal(bytes, await app.Http.GetByteArrayAsync("/api/tasks/work-whole/artifacts/draw/clip.mp4", Stop));

        var next = await TakeAsync("work-whole", worker);
        while (Text(next, "stage") != "paint")
        {
            using var other = await SayAsync(next, "complete", null);
            next = await TakeAsync("work-whole", worker);
        }

        var input = Assert.Single(next.GetProperty("inputs").EnumerateArray());
        Assert.Equal(("draw", "clip.mp4"), (Text(input, "stage"), Text(input, "name")));
        Assert.Equal(bytes, await app.Http.GetByteArrayAsync(Text(input, "url"), Stop));
    }

    [Fact]
    public async Task WhereNothingWaitsTheAnswerIsEmptyAndAWaitingWorkerGetsWhatComes()
    {
        using var nothing = await AskAsync("work-later", Guid.NewGuid(), wait: 0);
        Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);

        var asking = AskAsync("work-later", Guid.NewGuid(), wait: 20);
        await CreateAsync("work-later", "draw");
        using var answer = await asking;

        Assert.Equal("work-later", Text((await JsonOf(answer)).GetProperty("work")[0], "task_id"));
    }

    [Fact]
    public async Task ALostAnswerIsGivenAgainUnderTheSameKey()
    {
        await CreateAsync("work-lost", "draw");
        var worker = Guid.NewGuid();
        using var first = await AskAsync("work-lost", worker, key: "question-1");
        using var again = await AskAsync("work-lost", worker, key: "question-1");
        using var other = await AskAsync("work-lost", worker, key: "question-2");

        Assert.Equal(await first.Content.ReadAsStringAsync(Stop), await again.Content.ReadAsStringAsync(Stop));
        Assert.Equal(HttpStatusCode.NoContent, other.StatusCode);
    }

    [Fact]
    public async Task WhatIsNotTheWorkersIsGone()
    {
        await CreateAsync("work-gone", "draw");
        var item = await TakeAsync("work-gone", Guid.NewGuid());
        var lease = Text(item, "lease");
        var token = lease.Split('.')[0];

        using var forged = await SayAsync(item, "complete", null, $"{token}.{Guid.NewGuid():N}");
        using var older = await SayAsync(item, "report", "{}", $"{long.Parse(token) - 1}.{lease.Split('.')[1]}");
        using var upload = await UploadAsync(item, "x.bin", [1], lease: $"{token}.{Guid.NewGuid():N}");
        using var none = await SayAsync(item, "report", "{}", "");
        Assert.Equal(RunStatus.Running, (await StateAsync("work-gone")).Stages.Single(stage => stage.Name.Value == "draw").Status);

        using var released = await SayAsync(item, "release", """{"reason": "No brush."}""");
        using var late = await SayAsync(item, "report", """{"progress": 1}""");
        using var later = await SayAsync(item, "complete", null);

        foreach (var answer in new[] { forged, older, upload, late, later })
        {
            await CreationTests.AssertProblemAsync(answer, HttpStatusCode.Gone, "lease-lost", "work-gone");
        }

        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        Assert.Equal(RunStatus.Pending, (await StateAsync("work-gone")).Stages.Single(stage => stage.Name.Value == "draw").Status);
    }

    [Fact]
    public async Task AWorkerHearsThatItsTaskIsCancelledOrPaused()
    {
        var task = await CreateAsync("work-told", "draw", "paint");
        var item = await TakeAsync("work-told", Guid.NewGuid());
        await app.SendAsync(task, new PauseTask());
        using var paused = await SayAsync(item, "report", "{}");
        await app.SendAsync(task, new CancelTask());
        using var cancelled = await SayAsync(item, "report", "{}");

        Assert.Equal("pause", Text(await JsonOf(paused), "directive"));
        Assert.Equal("cancel", Text(await JsonOf(cancelled), "directive"));
    }

    [Fact]
    public async Task AFailureIsTriedAgainWhenItMayBe()
    {
        await CreateAsync("work-failed", "draw");
        var item = await TakeAsync("work-failed", Guid.NewGuid());
        using var failed = await SayAsync(item, "fail", """{"message": "The brush broke.", "code": "brush", "retryable": true}""");

        Assert.Equal("applied", Text(await JsonOf(failed), "outcome"));
        var drawn = (await StateAsync("work-failed")).Stages.Single(stage => stage.Name.Value == "draw");
        Assert.Equal((RunStatus.Pending, "The brush broke."), (drawn.Status, drawn.Error));
    }

    [Fact]
    public async Task AnUploadThatBrokeOffGoesOnWhereItWas()
    {
        await CreateAsync("work-parts", "draw");
        var item = await TakeAsync("work-parts", Guid.NewGuid());
        var bytes = RandomNumberGenerator.GetBytes(1_000);

        using var first = await UploadAsync(item, "a.bin", bytes[..400], range: "bytes 0-399/1000");
        using var gap = await UploadAsync(item, "a.bin", bytes[600..], range: "bytes 600-999/1000");
        using var offset = new HttpRequestMessage(HttpMethod.Head, $"{Text(item, "url")}/artifacts/a.bin");
        offset.Headers.Add("VideoGen-Lease", Text(item, "lease"));
        using var told = await app.Http.SendAsync(offset, Stop);
        using var rest = await UploadAsync(item, "a.bin", bytes[400..], range: "bytes 400-999/1000", digest: Digest(bytes));
        using var wrong = await UploadAsync(item, "b.bin", bytes, digest: Digest([1]));

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await CreationTests.AssertProblemAsync(gap, HttpStatusCode.RequestedRangeNotSatisfiable, "range-not-satisfiable", "400");
        Assert.Equal("400", Assert.Single(told.Headers.GetValues("Upload-Offset")));
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        Assert.Equal(1_000, (await JsonOf(rest)).GetProperty("length").GetInt64());
        await CreationTests.AssertProblemAsync(wrong, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "b.bin");

        using var missing = await SayAsync(
            item, "complete", $$"""{"artifacts": [{"name": "b.bin", "length": 1000, "sha256": "{{new string('0', 64)}}", "media_type": "x/y"}]}""");
        await CreationTests.AssertProblemAsync(missing, HttpStatusCode.UnprocessableEntity, "digest-mismatch", "b.bin");
        Assert.Equal(RunStatus.Running, (await StateAsync("work-parts")).Stages.Single(stage => stage.Name.Value == "draw").Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a%5Cb")]
    public async Task AnArtifactThatWouldLeaveItsFolderIsRefused(string name)
    {
        var queue = $"work-name-{name.Length}";
        await CreateAsync(queue, "draw");
        var item = await TakeAsync(queue, Guid.NewGuid());
        using var upload = await UploadAsync(item, name, [1]);

        Assert.Contains(upload.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }

    [Fact]
    public async Task ADrainedWorkerGetsNothingMoreAndHearsWhy()
    {
        await CreateAsync("work-drain", "draw", "paint");
        var worker = Guid.NewGuid();
        var item = await TakeAsync("work-drain", worker, "drained");
        using var drain = await app.Http.PostAsync("/api/workers/drained/drain", null, Stop);
        Assert.Equal(1, (await JsonOf(drain)).GetProperty("told").GetInt32());

        JsonElement reply;
        do
        {
            using var report = await SayAsync(item, "report", "{}");
            reply = await JsonOf(report);
            await Task.Delay(100, Stop);
        }
        while (Text(reply, "directive") == "continue");

        Assert.Equal("drain", Text(reply, "directive"));
        using var more = await AskAsync("work-drain", worker, "drained");
        Assert.Equal((HttpStatusCode.NoContent, "drain"), (more.StatusCode, Assert.Single(more.Headers.GetValues("VideoGen-Directive"))));
    }

    [Fact]
    public async Task OneCallReportsOnAllAndTakesMore()
    {
        var task = await CreateAsync("work-sync", "draw", "paint");
        var worker = Guid.NewGuid();
        const string Wish = "\"kinds\": [\"draw\", \"paint\"], \"queues\": [\"work-sync\"]";
        var first = await SyncAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "slots": 1}""");
        var item = first.GetProperty("work")[0];
        var report = $$"""{"task_id": "work-sync", "stage": "draw", "lease": "{{Text(item, "lease")}}", "progress": 0.5, "durable": true}""";
        var lost = $$"""{"task_id": "work-sync", "stage": "draw", "lease": "1.{{Guid.NewGuid():N}}", "progress": 0.9}""";
        var second = await SyncAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "reports": [{{report}}, {{lost}}]}""");

        Assert.Equal(["continue", "lost"], second.GetProperty("directives").EnumerateArray().Select(directive => Text(directive, "directive")));
        Assert.Equal(0.5, (await StateAsync(task.Value)).Stages.Single(stage => stage.Name.Value == "draw").Progress);
        var listed = await app.Http.GetFromJsonAsync<JsonElement>("/api/workers", Stop);
        Assert.Contains(listed.GetProperty("workers").EnumerateArray(), one => Text(one, "name") == "sync-worker");
        using var nothing = await SendAsync($$"""{"incarnation": "{{worker}}", {{Wish}}, "reports": [null]}""");
        using var nobody = await SayAsync(item, "complete", """{"artifacts": [null]}""");
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

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static Task<JsonElement> JsonOf(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

    private static string Digest(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";

    private async Task<TaskState> StateAsync(string task) => (await app.Grains.GetGrain<ITaskStateGrain>(task).ReadAsync())!.ToState();

    private async Task<TaskId> CreateAsync(string name, params string[] stages)
    {
        var task = TaskId.Parse(name);
        var pipeline = new PipelineDefinition
        {
            Name = "work",
            Stages =
            [
                .. stages.Select((stage, i) => new StageDefinition
                {
                    Name = StageName.Parse(stage.TrimEnd('*')),
                    IsGroup = stage.EndsWith('*'),
                    Queue = name,
                    DependsOn = i == 0 ? [] : [StageName.Parse(stages[i - 1].TrimEnd('*'))],
                }),
            ],
        };
        await app.SendAsync(task, new CreateTask(task, JsonText.Parse("""{"text": "hello"}"""), pipeline));
        return task;
    }

    private async Task<JsonElement> TakeAsync(string queue, Guid worker, string name = "http-worker")
    {
        using var answer = await AskAsync(queue, worker, name, wait: 20);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await JsonOf(answer)).GetProperty("work")[0];
    }

    private async Task<HttpResponseMessage> AskAsync(string queue, Guid worker, string name = "http-worker", int wait = 0, string? key = null)
    {
        var body = $$"""
            {"worker": "{{name}}", "incarnation": "{{worker}}", "kinds": ["draw", "paint", "extra"], "queues": ["default", "{{queue}}"], "wait_s": {{wait}}}
            """;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/work") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await app.Http.SendAsync(request, Stop);
    }

    private async Task<HttpResponseMessage> SayAsync(JsonElement item, string verb, string? body, string? lease = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Text(item, "url")}/{verb}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("VideoGen-Lease", lease ?? Text(item, "lease"));
        return await app.Http.SendAsync(request, Stop);
    }

    private async Task<HttpResponseMessage> UploadAsync(
        JsonElement item, string name, byte[] bytes, string? digest = null, string? range = null, string? lease = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Text(item, "url")}/artifacts/{name}") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
        request.Headers.Add("VideoGen-Lease", lease ?? Text(item, "lease"));
        if (digest is not null)
        {
            request.Headers.Add("Repr-Digest", digest);
        }

        if (range is not null)
        {
            request.Content.Headers.ContentRange = ContentRangeHeaderValue.Parse(range);
        }

        return await app.Http.SendAsync(request, Stop);
    }
}
