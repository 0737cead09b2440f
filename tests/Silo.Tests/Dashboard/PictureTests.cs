using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Playwright;
using VideoGen.Silo.Dashboard.Live;
using VideoGen.Silo.Dashboard.OneTask;
using VideoGen.Silo.Dashboard.Parts;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>
/// The page of a task that has been at work for a minute and a half, drawn from a state that is made up: a test cannot wait for so long. The pictures of the
/// documents come from here.
/// </summary>
[Collection(SharedSilo.Name)]
public sealed class PictureTests(SiloApplication app, Browser browser)
{
    private const int Scenes = 8;

    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddSeconds(-90);

    [Fact]
    public async Task WaitsAndAttemptsAreDrawnInTime()
    {
        var state = Lecture();
        var snapshot = new TaskSnapshot(153, "5aa2c35cc3", JsonSerializer.SerializeToUtf8Bytes(state, TaskJson.Default.TaskState), 111);
        var log = new StageLog();
        log.Hear(state, At(89));
        var picture = new TaskPicture(snapshot, state, At(90))
        {
            MayAct = true,
            Durations = [new KindDuration("output_handling", TimeSpan.FromSeconds(9), 12)],
            Slots = 4,
            Silo = "S10.0.4.7:11111:154764922",
            Log = log.Of(state),
            Waits = new Dictionary<StageName, string>
            {
                ["video_generation:scene-08"] = "It is the next one in queue default for one of 3 workers, which do 3 stages in 3 slots.",
                ["output_handling"] = "It waits for stage Composition, which is running (61 %).",
            },
        };
        var page = Frame.Of(new Drawing("lecture-07 · VideoGen", TaskMarkup.Of(picture)) { Version = 153 }, "/", isLive: false).ToString();
        await using var tab = await browser.ShowAsync(app, "/nowhere");
        await tab.Page.RouteAsync("**/tasks/lecture-07", route => route.FulfillAsync(new RouteFulfillOptions { Body = page, ContentType = "text/html" }));
        await tab.Page.GotoAsync(new Uri(app.Http.BaseAddress!, "/tasks/lecture-07").ToString());

        await Assertions.Expect(tab.Page.Locator(".gantt-row")).ToHaveCountAsync(2 + (3 * Scenes));
        await Assertions.Expect(tab.Page.Locator(".gantt rect.lost")).ToHaveCountAsync(1);
        await Assertions.Expect(tab.Page.Locator(".gantt rect.failed")).ToHaveCountAsync(1);
        await Assertions.Expect(tab.Page.Locator(".ticks span").Last).ToHaveTextAsync("1:15");
        await Assertions.Expect(tab.Page.Locator(".eta")).ToContainTextAsync("left");
        await Assertions.Expect(tab.Page.Locator("#errors h2")).ToHaveTextAsync("Errors that are over");
        foreach (var (scheme, width) in new[] { (ColorScheme.Dark, 1280), (ColorScheme.Light, 1280), (ColorScheme.Dark, 400) })
        {
            await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await tab.Page.SetViewportSizeAsync(width, 900);
            await tab.ShootAsync($"lecture-{scheme}-{width}");
        }
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static TaskState Lecture()
    {
        var stages = new List<StageState>
        {
            Done("input_adaptation", null, 0.4, 1.2, "worker-a"),
            Done("content_parsing", "input_adaptation", 1.4, 2.1, "worker-a"),
            Group("script_generation", "content_parsing", RunStatus.Completed, 1),
            Group("audio_generation", "content_parsing", RunStatus.Completed, 1),
            Group("video_generation", "content_parsing", RunStatus.Running, 0.61),
            Waiting("output_handling", "video_generation"),
        };
        for (var scene = 1; scene <= Scenes; scene++)
        {
            var worker = $"worker-{(char)('a' + (scene % 3))}";
            stages.Add(Done($"script_generation:scene-{scene:00}", "content_parsing", 2.3 + (scene * 0.2), 4 + (scene * 0.5), worker));
            stages.Add(Done($"audio_generation:scene-{scene:00}", $"script_generation:scene-{scene:00}", 4.6 + (scene * 2.4), 9 + (scene * 2.9), worker));
            stages.Add(Drawn(scene, worker));
        }

        return new TaskState
        {
            TaskId = TaskId.Parse("lecture-07"),
            Status = RunStatus.Running,
            CreatedAt = Start,
            StartedAt = At(0.4),
            OverallProgress = 0.77,
            Version = 153,
            Pipeline = new PipelineReference("document-video", 1),
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("course", "physics").Add("team", "reports"),
            Warnings = ["content_parsing: The picture chart.png is missing; its scene shows the caption alone."],
            Stages = StageMap.Empty.WithRange(stages),
        };
    }

    private static StageState Drawn(int scene, string worker)
    {
        var (name, voice) = ($"video_generation:scene-{scene:00}", $"audio_generation:scene-{scene:00}");
        var began = 16 + (scene * 6.5);
        var done = Done(name, voice, began, began + 17 - scene, worker);
        return scene switch
        {
            3 => Done(name, voice, 58, 73, "worker-a") with
            {
                Attempt = 2,
                FormerAttempts = [new FormerAttempt(1, "worker-c", At(27), At(52), FormerAttempt.Lost, null)],
            },
            5 => Done(name, voice, 54, 70, "worker-b") with
            {
                Attempt = 2,
                FormerAttempts = [new FormerAttempt(1, "worker-b", At(41), At(46), FormerAttempt.Failed, "ffmpeg ended with 234: no space left on device")],
            },
            6 or 7 => done with
            {
                Status = RunStatus.Running,
                CompletedAt = null,
                CompletedBy = null,
                StartedAt = At(scene == 6 ? 72 : 74),
                Progress = scene == 6 ? 0.62 : 0.35,
                Lease = new StageLease(new WorkerId(worker, Guid.NewGuid()), 40, At(114)) { Duration = TimeSpan.FromSeconds(30) },
                Metadata = StageState.EmptyMetadata.Add(
                    StageState.MessageKey, JsonText.FromString($"Encoding frame {scene * 52} of {scene * 96} (41 frames/s)")),
            },
            8 => Waiting(name, voice),
            _ => done,
        };
    }

    private static StageState Done(string name, string? after, double from, double to, string worker) => Waiting(name, after) with
    {
        Status = RunStatus.Completed,
        Progress = 1,
        Attempt = 1,
        StartedAt = At(from),
        CompletedAt = At(to),
        CompletedBy = worker,
    };

    private static StageState Group(string name, string after, RunStatus status, double progress) => Waiting(name, after) with
    {
        Status = status,
        Progress = progress,
        StartedAt = At(3),
        CompletedAt = status == RunStatus.Completed ? At(35) : null,
        Plan = new StagePlan { IsGroup = true, DependsOn = [after] },
    };

    private static StageState Waiting(string name, string? after) =>
        new() { Name = name, Plan = new StagePlan { DependsOn = after is null ? null : [after] } };
}
