using System.Text.Json;
using VideoGen.Cluster.Tests.Processes;

namespace VideoGen.Cluster.Tests;

/// <summary>The commands of docs/state-manager.md, as they stand there, on a folder of the Python system.</summary>
public sealed class ExchangeTests : IDisposable
{
    private const string Document = "docs/state-manager.md";

    private const string StateFile =
        """
        {
          "task_id": "task_0123456789ab",
          "input_config": {"input_type": "document", "source": "talk.md"},
          "status": "running",
          "current_stage": "audio_generation",
          "overall_progress": 0.75,
          "stages": {
            "script_generation": {
              "name": "script_generation", "status": "completed", "progress": 1.0,
              "started_at": "2025-12-16T10:11:12", "completed_at": "2025-12-16T10:12:00.500000",
              "error": null, "artifacts": {"script": "output/script.json"}, "metadata": {}
            },
            "audio_generation": {
              "name": "audio_generation", "status": "running", "progress": 0.5,
              "started_at": "2025-12-16T10:12:01", "completed_at": null,
              "error": null, "artifacts": {}, "metadata": {"message": "Scene 3"}
            }
          },
          "created_at": "2025-12-16T10:11:11.123456",
          "started_at": "2025-12-16T10:11:12",
          "completed_at": null,
          "result": null,
          "errors": [],
          "warnings": ["Scene 2 is long"],
          "metadata": {},
          "version": 13
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CommandsOfTheGuide_TakeATaskOverAndGiveItBack()
    {
        Directory.CreateDirectory(_folder.File("output/state"));
        _folder.Write("output/state/task_0123456789ab.json", StateFile);
        var videogen = new VideoGenCommand(_folder.File("data"));

        var commands = await ReadCommandsAsync();
        Assert.Equal(["import", "list", "export"], commands.Select(command => command[0]));
        foreach (var command in commands)
        {
            await using var process = videogen.Start(command, _folder.Path);
            Assert.True(await process.WaitForExitAsync() == 0, $"{string.Join(' ', command)}: {process.Output}");
        }

        var exported = Directory.GetFiles(_folder.File(commands[2][1]));
        using var before = JsonDocument.Parse(StateFile);
        using var after = JsonDocument.Parse(await File.ReadAllBytesAsync(Assert.Single(exported), TestContext.Current.CancellationToken));
        var (was, now) = (before.RootElement, after.RootElement);
        Assert.Equal(was.EnumerateObject().Select(member => member.Name), now.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2025-12-16T09:11:11.123456+00:00", now.GetProperty("created_at").GetString());
        Assert.Equal(1, now.GetProperty("version").GetInt32());
        string[] kept = ["task_id", "input_config", "status", "current_stage", "overall_progress", "errors", "warnings", "metadata"];
        Assert.All(kept, name => Assert.True(JsonElement.DeepEquals(was.GetProperty(name), now.GetProperty(name)), $"{name} is {now.GetProperty(name)}."));
        var (wasAudio, isAudio) = (was.GetProperty("stages").GetProperty("audio_generation"), now.GetProperty("stages").GetProperty("audio_generation"));
        string[] keptOfStage = ["name", "status", "progress", "error", "artifacts", "metadata"];
        Assert.All(keptOfStage, name => Assert.True(JsonElement.DeepEquals(wasAudio.GetProperty(name), isAudio.GetProperty(name)), $"{name} is {isAudio}."));
    }

    private static async Task<string[][]> ReadCommandsAsync()
    {
        const string Program = "./videogen ";
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, Document)))
        {
            root = Path.GetDirectoryName(root) ?? throw new FileNotFoundException($"{Document} was not found above {AppContext.BaseDirectory}.");
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(root, Document), TestContext.Current.CancellationToken);
        var commands = lines.Where(line => line.StartsWith(Program, StringComparison.Ordinal)).Select(line => line[Program.Length..].Split('#')[0]);
        return [.. commands.Select(command => command.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }
}
