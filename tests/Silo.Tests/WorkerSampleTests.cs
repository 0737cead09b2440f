using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Tests;

/// <summary>The examples of workers in other languages do a task to its end, and heed a cancellation.</summary>
[Collection(SharedSilo.Name)]
public sealed class WorkerSampleTests(SiloApplication app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Seconds of a stage that is cancelled. No other test sleeps for so long.</summary>
    private const int Long = 86_417;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bash", "worker.sh", 40)]
    [InlineData("python3", "worker.py", 80)]
    public async Task AnExampleTakesPart(string language, string file, int lines)
    {
        var path = Path.Combine(OpenApiTests.Repository(), "samples", "workers", file);
        Assert.InRange((await File.ReadAllLinesAsync(path, Stop)).Length, 1, lines);
        var (whole, cancelled) = (TaskId.Parse($"sample-{language}"), TaskId.Parse($"sample-{language}-cancelled"));
        using var worker = Process.Start(new ProcessStartInfo(language, [path])
        {
            Environment = { ["VIDEOGEN_SERVER"] = app.Http.BaseAddress!.ToString().TrimEnd('/'), ["LEASE_S"] = "2" },
        })!;
        try
        {
            await PostAsync(cancelled, Long);
            await UntilAsync(cancelled, state => state.Stages.Single() is { Message: "Shouting", Lease: not null });
            await app.SendAsync(cancelled, new CancelTask());
            await PostAsync(whole, 1);
            var end = await UntilAsync(whole, state => state.Status.IsFinished());

            Assert.Equal(RunStatus.Completed, end.Status);
            Assert.Equal("HELLO", (await app.Http.GetStringAsync($"/api/tasks/{whole}/artifacts/shout/shout.txt", Stop)).Trim());
            Assert.Empty((await UntilAsync(cancelled, _ => true)).Stages.Single(stage => stage.Name.Value == "shout").Artifacts);
            using var terminate = Process.Start("kill", [$"{worker.Id}"]);
            await worker.WaitForExitAsync(Stop).WaitAsync(Patience, Stop);
            Assert.False(IsAnyoneAsleep(), "What the worker had begun for the cancelled stage goes on.");
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    private static bool IsAnyoneAsleep() =>
        Directory.EnumerateDirectories("/proc").Any(process => CommandOf(process).EndsWith($"sleep\0{Long}\0", StringComparison.Ordinal));

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is no process, or ended meanwhile.
            return "";
        }
    }

    private async Task PostAsync(TaskId task, int seconds)
    {
        using var answer = await app.Http.PostAsJsonAsync(
            "/api/tasks",
            new
            {
                task_id = task.Value,
                pipeline = new { name = "shouting", stages = new[] { new { name = "shout" } } },
                input = new { text = "hello", seconds },
            },
            Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<TaskState> UntilAsync(TaskId task, Func<TaskState, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        await foreach (var snapshot in app.Grains.GetGrain<ITaskStateGrain>(task.Value).WatchAsync(0, patience.Token))
        {
            if (snapshot.ToState() is var state && holds(state))
            {
                return state;
            }
        }

        throw new InvalidOperationException($"Task {task} ended before what was awaited.");
    }
}
