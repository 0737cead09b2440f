using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Waits;

namespace VideoGen.Silo.Tests;

/// <summary>Why stages wait, over HTTP and on the page of their task: in the words of the cluster, with the names of the rest of the answer.</summary>
[Collection(SharedSilo.Name)]
public sealed class WaitTests(SiloApplication app, Browser browser) : IClassFixture<Browser>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheApiAndThePageSayTheSameSentencesEachWithItsNamesOfStages()
    {
        var task = await VideoTask.CreateAsync(app, "wait-told");
        var settings = app.Grains.GetGrain<IClusterSettingsGrain>(0);
        await settings.PauseQueueAsync(new QueuePause("default", "ada", "vendor down", TimeProvider.System.GetUtcNow(), null));
        try
        {
            var waits = (await app.Grains.GetGrain<ITaskWaitsGrain>(0).ExplainAsync(task.Id))!.Value;
            var list = await app.Http.GetFromJsonAsync<JsonElement>("/api/tasks/wait-told/why", Stop);
            Assert.Equal("wait-told", list.GetProperty("task_id").GetString());
            Assert.Equal(
                [("content_parsing", "queue_paused", waits[0].Sentence), ("output_handling", "dependency", waits[1].Sentence)],
                list.GetProperty("stages").EnumerateArray().Select(item => (
                    item.GetProperty("stage").GetString()!, item.GetProperty("reason").GetString()!, item.GetProperty("sentence").GetString()!)));
            Assert.Contains("paused by ada", waits[0].Sentence, StringComparison.Ordinal);
            Assert.Equal("It waits for stage audio_generation, which is pending.", waits[1].Sentence);

            await using var tab = await browser.OpenAsync(app, "/tasks/wait-told");
            await Assertions.Expect(tab.Page.Locator(".says.waits")).ToHaveTextAsync(
                [waits[0].Sentence, "It waits for stage Synthesis, which is pending."]);
            await tab.ShootAsync("task-waits");

            await settings.ResumeQueueAsync("default");
            await Assertions.Expect(tab.Page.Locator(".says.waits").First).ToContainTextAsync("No worker of queue default does Scenes since ");
            await task.StartAsync("content_parsing");
            await Assertions.Expect(tab.Page.Locator(".says.waits")).ToHaveTextAsync(
                ["It waits for stage Synthesis, which is pending."]);
            Assert.Empty(tab.Complaints);
        }
        finally
        {
            await settings.ResumeQueueAsync("default");
        }
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.NotFound)]
    [InlineData("a%20b", HttpStatusCode.BadRequest)]
    public async Task ATaskThatIsNotThereIsSaidToBeSo(string id, HttpStatusCode status)
    {
        using var answer = await app.Http.GetAsync($"/api/tasks/{id}/why", Stop);

        Assert.Equal(status, answer.StatusCode);
    }
}
