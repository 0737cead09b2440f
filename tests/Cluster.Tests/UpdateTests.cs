using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;
using VideoGen.Grains.Tasks;

namespace VideoGen.Cluster.Tests;

/// <summary>The seed lost 6 to 43 of 240 updates of four processes. Here none is lost and none is doubled, even when a silo dies among them.</summary>
public sealed class UpdateTests
{
    private const int Updates = 60;

    private static readonly string[] Names = ["a", "b", "c", "d"];

    [Fact]
    public async Task FourProcessesUpdateOneTaskAndNothingIsLostAlthoughASiloIsKilled()
    {
        using var folder = new TemporaryFolder();
        var videogen = new VideoGenCommand(folder.File("data"));
        Directory.CreateDirectory(folder.File("seed"));
        await File.WriteAllTextAsync(folder.File("seed/shared.json"), NewTask, TestContext.Current.CancellationToken);
        var (imported, report) = await videogen.RunAsync("import", folder.File("seed"));
        Assert.True(imported == 0, report);
        await using var redis = await RedisServer.StartAsync();
        await using var firstSilo = videogen.Start("silo", "--redis", redis.Address, "--fast-membership");
        await firstSilo.WaitForLineAsync("The silo is up");
        await using var secondSilo = videogen.Start("silo", "--redis", redis.Address, "--fast-membership");
        await secondSilo.WaitForLineAsync("The silo is up");

        var updaters = Names.Select(name => new ToolProcess("dotnet", [typeof(UpdateTests).Assembly.Location, "update", redis.Address, "shared", name, $"{Updates}"])).ToList();
        try
        {
            await updaters[0].WaitForLineAsync("acknowledged a10;");
            await firstSilo.KillAsync();
            foreach (var updater in updaters)
            {
                Assert.True(await updater.WaitForExitAsync() == 0, updater.Output);
            }
        }
        finally
        {
            foreach (var updater in updaters)
            {
                await updater.DisposeAsync();
            }
        }

        var (_, shown) = await videogen.RunAsync("show", "shared", "--json");
        using var json = JsonDocument.Parse(shown);
        var state = json.RootElement.GetProperty("task").Deserialize(TaskJson.Default.TaskState)!;
        var marks = UpdaterProgram.MarksOf(state).Split(';', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(marks.Length, marks.Distinct().Count());
        Assert.Equal(Names.SelectMany(name => Enumerable.Range(0, Updates).Select(i => $"{name}{i}")).Order(), marks.Order());
        Assert.Equal(1 + (Names.Length * Updates), state.Version);
    }

    private const string NewTask = """
        {
          "task_id": "shared", "input_config": {}, "status": "running", "current_stage": null, "overall_progress": 0.0, "stages": {},
          "created_at": "2026-01-01T12:00:00", "started_at": null, "completed_at": null, "result": null, "errors": [], "warnings": [], "metadata": {}, "version": 3
        }
        """;
}
