using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>What a worker says over HTTP, word for word, and the tasks that it says it of.</summary>
internal sealed class HttpWorker(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static Task<JsonElement> JsonOf(HttpResponseMessage answer) => answer.Content.ReadFromJsonAsync<JsonElement>(Stop);

    public static string Digest(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";

    public async Task<TaskState> StateAsync(string task) => (await app.Grains.GetGrain<ITaskStateGrain>(task).ReadAsync())!.ToState();

    public async Task<TaskId> CreateAsync(string name, params string[] stages)
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

    public async Task<JsonElement> TakeAsync(string queue, Guid worker, string name = "http-worker")
    {
        using var answer = await AskAsync(queue, worker, name, wait: 20);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await JsonOf(answer)).GetProperty("work")[0];
    }

    public async Task<HttpResponseMessage> AskAsync(string queue, Guid worker, string name = "http-worker", int wait = 0, string? key = null)
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

    public async Task<HttpResponseMessage> SayAsync(JsonElement item, string verb, string? body, string? lease = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Text(item, "url")}/{verb}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("VideoGen-Lease", lease ?? Text(item, "lease"));
        return await app.Http.SendAsync(request, Stop);
    }

    public async Task<HttpResponseMessage> UploadAsync(
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
