using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests;

[Collection(SharedSilo.Name)]
public sealed class WorkersTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WorkersAreListedWithWhatTheyDo()
    {
        var id = new WorkerId("listed", Guid.NewGuid());
        await Registry.ReportAsync(new WorkerReport(
            new WorkerProfile(id, ["work"], ["gpu"]), "1.0", 4, ["default"], [new WorkerStage(TaskId.Parse("one"), "work", TimeSpan.FromMinutes(5))])
        {
            Problems = ["ffmpeg is not installed."],
        });

        var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/workers", Stop);

        var worker = Assert.Single(list.GetProperty("workers").EnumerateArray(), item => item.GetProperty("name").GetString() == "listed");
        Assert.Equal(4, worker.GetProperty("slots").GetInt32());
        Assert.False(worker.GetProperty("draining").GetBoolean());
        Assert.Equal("ffmpeg is not installed.", worker.GetProperty("problems")[0].GetString());
        var stage = worker.GetProperty("stages")[0];
        Assert.Equal("one", stage.GetProperty("task_id").GetString());
        Assert.Equal(TimeSpan.FromMinutes(5), worker.GetProperty("heard_at").GetDateTimeOffset() - stage.GetProperty("since").GetDateTimeOffset());
        await Registry.LeaveAsync(id);
    }

    [Fact]
    public async Task DemandIsWhatWaitsAndWhatIsAtWork()
    {
        var task = TaskId.Parse("demanding");
        var stages = Enumerable.Range(0, 6).Select(i => new StageDefinition { Name = $"measured:{i}", Needs = ["rare"] });
        await app.SendAsync(task, new CreateTask(task, JsonText.EmptyObject, new PipelineDefinition { Name = "test", Stages = [.. stages] }));
        var id = new WorkerId("measured", Guid.NewGuid());
        await app.SendAsync(task, new StartStage("measured:0", id, TimeSpan.FromMinutes(1)));
        await Registry.ReportAsync(new WorkerReport(
            new WorkerProfile(id, ["measured"], ["rare"]), "1.0", 1, ["default"], [new WorkerStage(task, "measured:0", TimeSpan.Zero)])
        {
            Ended = [new EndedStage("measured", TimeSpan.FromSeconds(12))],
        });

        foreach (var query in new[] { "kind=measured", "capability=rare", "kind=measured&capability=rare" })
        {
            var demand = await app.Http.GetFromJsonAsync<JsonElement>($"/api/workers/demand?{query}&target_wait_s=30", Stop);

            Assert.Equal((5, 1), (demand.GetProperty("ready").GetInt64(), demand.GetProperty("running").GetInt32()));
            Assert.True(demand.GetProperty("oldest_wait_s").GetDouble() >= 0);
            Assert.Equal(12, demand.GetProperty("stage_p50_s").GetDouble());
            Assert.Equal(1 + 2, demand.GetProperty("desired").GetInt64());
        }

        await Registry.LeaveAsync(id);
    }

    [Theory]
    [InlineData("kind=a%20b", "kind")]
    [InlineData("capability=%01", "capability")]
    [InlineData("target_wait_s=0", "target_wait_s")]
    [InlineData("target_wait_s=soon", "target_wait_s")]
    public async Task AWrongParameterIsRefusedByName(string query, string name)
    {
        var answer = await app.Http.GetAsync($"/api/workers/demand?{query}", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"'{name}'", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private IWorkerRegistryGrain Registry => app.Grains.GetGrain<IWorkerRegistryGrain>(0);
}
