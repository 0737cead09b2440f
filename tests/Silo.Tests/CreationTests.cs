using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class CreationTests(SiloApplication app)
{
    private const string Pipeline = """{"name": "poster", "stages": [{"name": "fetch"}, {"name": "render", "depends_on": ["fetch"]}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APipelineInJsonBecomesATaskAndTheSameContentIsTheSameTask()
    {
        var body = $$$"""{"task_id": "create-json", "pipeline": {{{Pipeline}}}, "input": {"x": 1}, "labels": {"team": "docs"}, "priority": 3}""";
        using var first = await PostAsync(body);
        using var read = await app.Http.GetAsync("/api/tasks/create-json", Stop);
        using var again = await PostAsync(body);
        using var other = await PostAsync(body.Replace("\"x\": 1", "\"x\": 2", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal("/api/tasks/create-json", first.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.False((await again.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("created").GetBoolean());
        await AssertProblemAsync(other, HttpStatusCode.Conflict, "id-taken", "create-json");
        var state = (await app.Grains.GetGrain<ITaskStateGrain>("create-json").ReadAsync())!.ToState();
        Assert.Equal(("poster", 3, "docs"), (state.Pipeline!.Name, state.Priority, state.Labels!["team"]));
        Assert.Equal(first.Headers.ETag, read.Headers.ETag);
    }

    [Fact]
    public async Task AnIdempotencyKeyMeansOneTaskHoweverOftenItComes()
    {
        const string Body = "{\"pipeline\": " + Pipeline + ", \"input\": {\"x\": 1}}";
        using var first = await PostAsync(Body, "key-1");
        using var again = await PostAsync(Body, "\"key-1\"");
        using var second = await PostAsync(Body, "key-2");
        using var other = await PostAsync(Body.Replace("\"x\": 1", "\"x\": 2", StringComparison.Ordinal), "key-1");

        var (one, same, two) = (await IdOf(first), await IdOf(again), await IdOf(second));
        Assert.Equal(one, same);
        Assert.NotEqual(one, two);
        await AssertProblemAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Theory]
    [InlineData("""{"pipeline": 1}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "pipeline")]
    [InlineData("""{"pipeline": {"name": "p", "stages": []}}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "stage")]
    [InlineData("""{"pipeline": "unheard"}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "unheard")]
    [InlineData("""{"task_id": "../x", "pipeline": {"name": "p", "stages": [{"name": "a"}]}}""", HttpStatusCode.BadRequest, "invalid-request", "id")]
    [InlineData("""{"pipeline": {"name": "p", "stages": [{"name": "a"}]}, "input": []}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "input")]
    [InlineData("""{"pipeline": {"name": "p", "stages": [{"name":"a"}]}, "priority": 5000}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "priority")]
    [InlineData("""{"pipeline": {"name": "p", "stages": [{"name":"a"}]}, "keep_days": -1}""", HttpStatusCode.UnprocessableEntity, "unprocessable", "keep_days")]
    [InlineData("""{"pipeline": {"name": "p", "stages": [{"name": "a"}]}, "version": 3}""", HttpStatusCode.BadRequest, "invalid-request", "version")]
    [InlineData("""{"task_id": "a", "task_id": "b", "pipeline": "p"}""", HttpStatusCode.BadRequest, "invalid-request", "task_id")]
    [InlineData("""{}""", HttpStatusCode.BadRequest, "invalid-request", "pipeline")]
    [InlineData("null", HttpStatusCode.BadRequest, "invalid-request", "object")]
    [InlineData("""{"pipeline": "p"} x""", HttpStatusCode.BadRequest, "invalid-request", "body")]
    [InlineData("[[[[[[[", HttpStatusCode.BadRequest, "invalid-request", "body")]
    [InlineData("", HttpStatusCode.BadRequest, "invalid-request", "body")]
    public async Task WhatIsNoTaskIsRefusedInWords(string body, HttpStatusCode status, string type, string word)
    {
        using var answer = await PostAsync(body);

        await AssertProblemAsync(answer, status, type, word);
    }

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/acts")]
    [InlineData("/api/work")]
    public async Task ABodyThatIsTenThousandLevelsDeepIsRefused(string path)
    {
        using var deep = new StringContent($"{{\"a\": {new string('[', 10_000)}{new string(']', 10_000)}}}", Encoding.UTF8, "application/json");
        using var answer = await app.Http.PostAsync(path, deep, Stop);

        await AssertProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request", "body");
    }

    [Fact]
    public async Task ABodyOfAnotherKindIsRefused()
    {
        using var answer = await app.Http.PostAsync("/api/tasks", new ByteArrayContent([1, 2, 3]), Stop);

        await AssertProblemAsync(answer, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type", "multipart/form-data");
    }

    [Fact]
    public async Task ADocumentAsTheBodyBecomesATask()
    {
        using var content = new StringContent("# Title\n\nText.", Encoding.UTF8, "text/markdown");
        const string Choices = "voice=awb&translate=de,fr&label=team=docs&priority=2";
        using var answer = await app.Http.PostAsync($"/api/tasks?name=talk.md&id=create-plain&{Choices}", content, Stop);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var state = (await app.Grains.GetGrain<ITaskStateGrain>("create-plain").ReadAsync())!.ToState();
        var input = state.InputConfig.ToElement();
        Assert.Equal(("# Title\n\nText.", "awb"), (input.GetProperty("text").GetString(), input.GetProperty("voice").GetString()));
        Assert.Equal("de,fr", input.GetProperty("translate").GetString());
        Assert.Equal(("docs", 2), (state.Labels!["team"], state.Priority));
        Assert.False(Directory.Exists(input.GetProperty("folder").GetString()), "The folder of the upload is left.");
    }

    [Fact]
    public async Task AFormBringsTheDocumentAndItsPictures()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("create-form"), "id" },
            { new ByteArrayContent("![a](pictures/a.png)"u8.ToArray()), "document", "talk.md" },
            { new ByteArrayContent([1, 2, 3]), "picture", "pictures/a.png" },
            { new StringContent("true"), "ai" },
            { new StringContent("pt-BR"), "translate" },
        };
        using var answer = await app.Http.PostAsync("/api/tasks", form, Stop);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var input = (await app.Grains.GetGrain<ITaskStateGrain>("create-form").ReadAsync())!.ToState().InputConfig.ToElement();
        Assert.Equal(["pictures/a.png", "talk.md"], input.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        Assert.True(input.GetProperty("ai").GetBoolean());
        Assert.Equal("pt-BR", input.GetProperty("translate").GetString());
    }

    [Theory]
    [InlineData("../talk.md")]
    [InlineData("/etc/passwd")]
    [InlineData(".hidden")]
    [InlineData("a/b.md")]
    [InlineData("a\\b.md")]
    public async Task AFileNameThatLeadsElsewhereIsRefused(string name)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent("text"u8.ToArray()), "document", name } };
        using var answer = await app.Http.PostAsync("/api/tasks", form, Stop);

        await AssertProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request", "name");
    }

    [Fact]
    public async Task AFormThatKeepsATaskForLongerThanAnythingIsKeptIsRefused()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("2000000000"), "keep_days" },
            { new ByteArrayContent("text"u8.ToArray()), "document", "talk.md" },
        };
        using var answer = await app.Http.PostAsync("/api/tasks", form, Stop);

        await AssertProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "unprocessable", "keep_days");
    }

    [Fact]
    public async Task WhatIsWrongWithADocumentIsSaid()
    {
        using var bad = new StringContent("bad", Encoding.UTF8, "text/markdown");
        using var refused = await app.Http.PostAsync("/api/tasks", bad, Stop);
        using var large = new ByteArrayContent(new byte[(4 * 1024 * 1024) + 1]) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
        using var tooLarge = await app.Http.PostAsync("/api/tasks", large, Stop);
        using var text = new StringContent("good", Encoding.UTF8, "text/markdown");
        using var unknown = await app.Http.PostAsync("/api/tasks?voise=awb", text, Stop);

        await AssertProblemAsync(refused, HttpStatusCode.UnprocessableEntity, "unprocessable", FakeDocumentTasks.Refused);
        await AssertProblemAsync(tooLarge, HttpStatusCode.RequestEntityTooLarge, "too-large", "bytes");
        await AssertProblemAsync(unknown, HttpStatusCode.BadRequest, "invalid-request", "voise");
    }

    [Fact]
    public async Task AnAnswerThatIsToWaitWaitsForTheEnd()
    {
        var task = $$"""{"task_id": "create-wait", "pipeline": {{Pipeline}}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = new StringContent(task, Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "wait=30");
        var answering = app.Http.SendAsync(request, Stop);
        while (await app.Grains.GetGrain<ITaskStateGrain>("create-wait").ReadAsync() is null)
        {
            await Task.Yield();
        }

        await app.SendAsync(VideoGen.Tasks.TaskId.Parse("create-wait"), new CancelTask());
        using var answer = await answering;

        Assert.Equal("wait=30", Assert.Single(answer.Headers.GetValues("Preference-Applied")));
        Assert.Equal("cancelled", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("status").GetString());
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string type, string word)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal($"/problems/{type}", problem.GetProperty("type").GetString());
        Assert.Contains(word, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<string> IdOf(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("task_id").GetString()!;
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await app.Http.SendAsync(request, Stop);
    }
}
