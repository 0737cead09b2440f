using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class QueuesTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IClusterSettingsGrain Settings => app.Grains.GetGrain<IClusterSettingsGrain>(0);

    [Fact]
    public async Task AQueueIsReadAsTheListHasIt()
    {
        var task = TaskId.Parse("queue-listed");
        var stages = Enumerable.Range(0, 3).Select(i => new StageDefinition { Name = $"listed:{i}", Queue = "api-listed" });
        await app.SendAsync(task, new CreateTask(task, JsonText.EmptyObject, new PipelineDefinition { Name = "test", Stages = [.. stages] }));
        var id = new WorkerId("queue-listed", Guid.NewGuid());
        var registry = app.Grains.GetGrain<IWorkerRegistryGrain>(0);
        await registry.ReportAsync(new WorkerReport(new WorkerProfile(id, ["listed"], []), "1.0", 1, ["api-listed"], []));
        await Settings.PauseQueueAsync(new QueuePause("api-listed", "ada", "vendor down", TimeProvider.System.GetUtcNow(), null));
        await Settings.SetBacklogAsync("api-listed", 77);
        try
        {
            var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/queues", Stop);
            var listed = Assert.Single(list.GetProperty("queues").EnumerateArray(), queue => queue.GetProperty("name").GetString() == "api-listed");
            var read = await app.Http.GetFromJsonAsync<JsonElement>("/api/queues/api-listed", Stop);

            Assert.Equal(0, list.GetProperty("left_out").GetInt32());
            foreach (var queue in new[] { listed, read })
            {
                Assert.Equal("api-listed", queue.GetProperty("name").GetString());
                Assert.Equal(3, queue.GetProperty("waiting").GetInt64());
                Assert.Equal(
                    (await app.Grains.GetGrain<ITaskStateGrain>(task.Value).ReadAsync())!.ToState().CreatedAt,
                    queue.GetProperty("oldest_at").GetDateTimeOffset());
                Assert.Equal((1, 77), (queue.GetProperty("workers").GetInt32(), queue.GetProperty("most").GetInt32()));
                Assert.Equal("ada", queue.GetProperty("pause").GetProperty("by").GetString());
                Assert.Equal("vendor down", queue.GetProperty("pause").GetProperty("reason").GetString());
                Assert.Equal(JsonValueKind.Null, queue.GetProperty("pause").GetProperty("until").ValueKind);
            }

            Assert.Equal(0, read.GetProperty("waiting_calls").GetInt32());
        }
        finally
        {
            await Settings.ResumeQueueAsync("api-listed");
            await Settings.SetBacklogAsync("api-listed", null);
            await registry.LeaveAsync(id);
        }
    }

    [Fact]
    public async Task AQueueThatNobodyNamedIsEmpty()
    {
        var queue = await app.Http.GetFromJsonAsync<JsonElement>("/api/queues/api-unheard", Stop);

        Assert.Equal((0, QueueBacklog.Usual), (queue.GetProperty("waiting").GetInt64(), queue.GetProperty("most").GetInt32()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (queue.GetProperty("oldest_at").ValueKind, queue.GetProperty("pause").ValueKind));
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a:b:c")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public async Task WhatIsNoNameOfAQueueIsRefusedInWords(string name)
    {
        using var answer = await app.Http.GetAsync($"/api/queues/{name}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Contains("is not the name of a queue", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALimitSaysWhatItAllowsAndWhoHoldsIt()
    {
        await Settings.SetLimitAsync(new LimitDefinition("api-gpu") { MaxConcurrent = 2, Rate = new StartRate(60, TimeSpan.FromMinutes(1)) });
        var limit = app.Grains.GetGrain<ILimitGrain>("api-gpu");
        await limit.HoldAsync(new SlotUse(TaskId.Parse("holder"), "draw:1", "default", 2, "worker-1"));
        await limit.RestAsync(TimeSpan.FromMinutes(5), "The vendor is busy.");
        try
        {
            var item = await FindAsync();
            for (var i = 0; i < 300 && item.GetProperty("rest_reason").ValueKind is JsonValueKind.Null; i++)
            {
                // Both are said one way, without an answer.
                await Task.Delay(100, Stop);
                item = await FindAsync();
            }

            Assert.Equal((2, 2, 0), (Number("max_concurrent"), Number("used"), Number("waiting")));
            Assert.Equal((60, 60), (item.GetProperty("rate").GetProperty("count").GetInt32(), item.GetProperty("rate").GetProperty("per_s").GetDouble()));
            var holder = Assert.Single(item.GetProperty("holders").EnumerateArray());
            Assert.Equal(
                ("holder", "draw:1", "default", 2, "worker-1"),
                (holder.GetProperty("task_id").GetString(), holder.GetProperty("stage").GetString(), holder.GetProperty("queue").GetString(),
                    holder.GetProperty("weight").GetInt32(), holder.GetProperty("worker").GetString()));
            Assert.Equal("The vendor is busy.", item.GetProperty("rest_reason").GetString());
            Assert.True(item.GetProperty("rests_until").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());

            int Number(string name) => item.GetProperty(name).GetInt32();
        }
        finally
        {
            await Settings.RemoveLimitAsync("api-gpu");
        }

        var left = await app.Http.GetFromJsonAsync<JsonElement>("/api/limits", Stop);
        Assert.DoesNotContain(left.GetProperty("limits").EnumerateArray(), one => one.GetProperty("name").GetString() == "api-gpu");
    }

    private async Task<JsonElement> FindAsync()
    {
        var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/limits", Stop);
        return Assert.Single(list.GetProperty("limits").EnumerateArray(), one => one.GetProperty("name").GetString() == "api-gpu");
    }
}
