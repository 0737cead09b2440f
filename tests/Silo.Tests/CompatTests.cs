using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests;

/// <summary>The read addresses of the Python system, field for field.</summary>
[Collection(SharedSilo.Name)]
public sealed class CompatTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATaskHasTheFieldsOfBefore()
    {
        var task = await VideoTask.CreateAsync(app, "compat-task");
        var token = await task.StartAsync("content_parsing");
        await task.ReportAsync("content_parsing", token, 0.58, "Parsing scene 1/2");

        var read = await app.Http.GetFromJsonAsync<JsonElement>("/compat/api/tasks/compat-task", Stop);

        Assert.Equal(
            ["task_id", "status", "progress", "message", "type", "errors", "result"], read.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("processing", "Parsing scene 1/2", "generate"), (Text(read, "status"), Text(read, "message"), Text(read, "type")));
        Assert.Equal(14, read.GetProperty("progress").GetInt32());
        Assert.Equal(JsonValueKind.Null, read.GetProperty("errors").ValueKind);

        await app.SendAsync(task.Id, new CancelTask());
        Assert.Equal("failed", Text(await app.Http.GetFromJsonAsync<JsonElement>("/compat/api/tasks/compat-task", Stop), "status"));
        using var nobody = await app.Http.GetAsync("/compat/api/tasks/nobody", Stop);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task AJobHasTheFieldsOfBefore()
    {
        var task = await VideoTask.CreateAsync(app, "compat-job");
        await task.DoAsync("content_parsing");

        var reply = await app.Http.GetFromJsonAsync<JsonElement>("/compat/api/videos/jobs/compat-job", Stop);

        Assert.Equal("success", Text(reply, "status"));
        var job = reply.GetProperty("job");
        Assert.Equal(("compat-job", "Scenes", "running"), (Text(job, "id"), Text(job, "current_stage"), Text(job, "status")));
        Assert.Matches("^[0-9]+:[0-9]{2}$", Text(job, "elapsed"));
        var stage = job.GetProperty("stages")[0];
        Assert.Equal(["name", "internal_name", "status", "duration", "progress", "error"], stage.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Scenes", "content_parsing", "completed"), (Text(stage, "name"), Text(stage, "internal_name"), Text(stage, "status")));
        Assert.Matches("^[0-9]+\\.[0-9]s$", Text(stage, "duration"));
    }

    [Fact]
    public async Task TheListCountsByHowTheyStand()
    {
        await VideoTask.CreateAsync(app, "compat-queued");
        var list = await app.Http.GetFromJsonAsync<JsonElement>("/compat/api/videos/jobs", Stop);

        Assert.Equal(
            ["stats", "active_jobs", "queued_jobs", "completed_jobs", "failed_jobs"], list.EnumerateObject().Select(member => member.Name));
        Assert.True(list.GetProperty("stats").GetProperty("queued").GetInt64() > 0);
        Assert.Contains(list.GetProperty("queued_jobs").EnumerateArray(), job => Text(job, "id") == "compat-queued");
        var health = await app.Http.GetFromJsonAsync<JsonElement>("/compat/api/health", Stop);
        Assert.True(health.GetProperty("features").GetProperty("auto_resume").GetBoolean());
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59, "0:59")]
    [InlineData(3_599, "59:59")]
    [InlineData(3_600, "1:00:00")]
    [InlineData(36_061, "10:01:01")]
    public void Elapsed_IsWrittenAsAClock(int seconds, string text) => Assert.Equal(text, Api.Compat.CompatJob.Clock(TimeSpan.FromSeconds(seconds)));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
