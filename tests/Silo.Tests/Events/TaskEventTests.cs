using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Tests.Events;

[Collection(SharedSilo.Name)]
public sealed class TaskEventTests(SiloApplication app)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EventsRiseInVersionAndEndWithTheFinalState()
    {
        var task = await VideoTask.CreateAsync(app, "events-whole");
        var reading = ReadAsync("events-whole", null);
        await FinishAsync(task);

        var events = await reading.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        var versions = events.Select(item => long.Parse(item.EventId!)).ToArray();
        Assert.Equal(versions.Distinct().Order(), versions);
        Assert.All(events, item => Assert.Equal(item.EventId, Data(item).GetProperty("version").GetRawText()));
        Assert.Equal("completed", Data(events[^1]).GetProperty("status").GetString());
        Assert.Equal(100, Data(events[^1]).GetProperty("progress").GetInt32());
    }

    [Fact]
    public async Task WhoComesBackGetsOnlyWhatIsNewer()
    {
        var task = await VideoTask.CreateAsync(app, "events-resumed");
        var token = await task.StartAsync("content_parsing");
        var seen = await task.ReportAsync("content_parsing", token, 0.25, "Reading the document");
        var newer = await task.ReportAsync("content_parsing", token, 0.579, "Reading the tables");

        await using var stream = await OpenAsync("events-resumed", $"{seen.Version}");
        var first = await SseParser.Create(stream).EnumerateAsync(Stop).FirstAsync(Stop);

        Assert.Equal($"{newer.Version}", first.EventId);
        var progress = Data(first);
        Assert.Equal("events-resumed", progress.GetProperty("task_id").GetString());
        Assert.Equal("content_parsing", progress.GetProperty("stage").GetString());
        Assert.Equal("Scenes", progress.GetProperty("stage_display").GetString());
        Assert.Equal(57, progress.GetProperty("stage_progress").GetInt32());
        Assert.Equal("Reading the tables", progress.GetProperty("message").GetString());
    }

    /// <summary>All who read at a silo share one watching of the task, which may be behind what this reader was acknowledged.</summary>
    [Fact]
    public async Task WhoOpensAStreamBesideOthersBeginsWithWhatTheyWereAcknowledged()
    {
        var task = await VideoTask.CreateAsync(app, "events-shared");
        var token = await task.StartAsync("content_parsing");
        await using var other = await OpenAsync("events-shared", null);
        await using var others = SseParser.Create(other).EnumerateAsync(Stop).GetAsyncEnumerator(Stop);
        await others.MoveNextAsync();
        for (var page = 1; page <= 50; page++)
        {
            var reply = await task.ReportAsync("content_parsing", token, page / 100.0, $"Reading page {page}");

            await using var stream = await OpenAsync("events-shared", null);
            var first = await SseParser.Create(stream).EnumerateAsync(Stop).FirstAsync(Stop);

            Assert.Equal(reply.Version, long.Parse(first.EventId!));
        }

        var last = 0L;
        while (last < 50 && await others.MoveNextAsync())
        {
            var version = long.Parse(others.Current.EventId!);
            Assert.True(version > last, $"{version} came after {last}.");
            last = version;
        }
    }

    /// <summary>Nobody watches any more when the last reader left; who comes then watches anew, also a task that was opened again.</summary>
    [Fact]
    public async Task ATaskThatIsOpenedAgainIsReadAgain()
    {
        var task = await VideoTask.CreateAsync(app, "events-again");
        await FinishAsync(task);
        Assert.Equal("completed", Data((await ReadAsync("events-again", null))[^1]).GetProperty("status").GetString());
        await app.SendAsync(task.Id, new RetryTask { Stages = ["output_handling"] });

        await using var stream = await OpenAsync("events-again", null);
        await using var events = SseParser.Create(stream).EnumerateAsync(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("running", Data(events.Current).GetProperty("status").GetString());
        await task.DoAsync("output_handling");
        while (Data(events.Current).GetProperty("status").GetString() != "completed")
        {
            Assert.True(await events.MoveNextAsync(), "The stream ended before the task did.");
        }

        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task AfterTheFinalStateThereIsNothingToComeBackFor()
    {
        var task = await VideoTask.CreateAsync(app, "events-over");
        await FinishAsync(task);
        var events = await ReadAsync("events-over", null);

        using var answer = await AskAsync("events-over", events[^1].EventId);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task AnEventIdThatIsNotOursIsRefused(string lastEventId)
    {
        await VideoTask.CreateAsync(app, $"events-bad-{lastEventId.Trim('-')}");

        using var answer = await AskAsync($"events-bad-{lastEventId.Trim('-')}", lastEventId);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task FinishAsync(VideoTask task)
    {
        await task.ParseAsync(1);
        await task.DoAsync("audio_generation:scene-01");
        await task.DoAsync("video_generation:scene-01");
        await task.DoAsync("output_handling");
    }

    private static JsonElement Data(SseItem<string> item) => JsonElement.Parse(item.Data);

    private async Task<List<SseItem<string>>> ReadAsync(string task, string? lastEventId)
    {
        await using var stream = await OpenAsync(task, lastEventId);
        return await SseParser.Create(stream).EnumerateAsync(Stop).ToListAsync(Stop);
    }

    private async Task<Stream> OpenAsync(string task, string? lastEventId)
    {
        var answer = await AskAsync(task, lastEventId);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStreamAsync(Stop);
    }

    private async Task<HttpResponseMessage> AskAsync(string task, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{task}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
