using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Guide;

/// <summary>The snippets of docs/state-manager.md: each is a region below, which is compiled and run here, and the document has its text.</summary>
[Collection("CleansUpTheSharedCluster")]
public sealed class StateManagerGuideTests(ClientCluster cluster)
{
    private const string Folder = "tests/Client.Tests/Guide";

    [Fact]
    public void Document_HasTheTextOfEverySnippet()
    {
        var blocks = GuideDocument.Read("docs/state-manager.md").Where(block => block.Language is "csharp" or "python");
        var regions = GuideDocument.Regions($"{Folder}/StateManagerGuideTests.cs", "csharp").Concat(GuideDocument.Regions($"{Folder}/snippets.py", "python"));
        Assert.Equal(Sorted(regions), Sorted(blocks));
    }

    [Fact]
    public Task Python_Runs() =>
        RunAsync("python3", "-B", Path.Combine(GuideDocument.Root, Folder, "snippets.py"), Path.Combine(GuideDocument.Root, "benchmarks/Python"));

    [Fact]
    public async Task Sample_TellsWhatTheDocumentSays()
    {
        var built = Path.GetRelativePath(Path.Combine(GuideDocument.Root, "tests/Client.Tests"), AppContext.BaseDirectory);
        var output = await RunAsync("dotnet", Path.Combine(GuideDocument.Root, "samples/StateManager", built, "VideoGen.StateManager.dll"));
        Assert.Equal(GuideDocument.Read("docs/state-manager.md").Single(block => block.Snippet == "output").Text, output);
    }

    [Fact]
    public async Task Services_AreAdded()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(cluster.Grains);

        #region services
        builder.Services.AddPipelineClient();
        using var host = builder.Build();
        var states = host.Services.GetRequiredService<TaskStateManager>();
        #endregion

        Assert.False(await states.ExistsAsync(ClientCluster.NewId()));
    }

    [Fact]
    public async Task LoadChangeSave_IsRefusedWhenAnotherSaved()
    {
        var (states, task) = await NewAsync();

        #region unsafe
        var state = await states.LoadAsync(task);
        state = state.UpdateStageProgress("audio_generation", 0.5);
        try
        {
            state = await states.SaveAsync(state);
        }
        catch (TaskStateConflictException)
        {
            // Somebody saved since we loaded. Nothing of ours was stored: load again, and repeat the change.
        }
        #endregion

        Assert.Equal((2, 0.5), (state.Version, Progress(await states.LoadAsync(task))));
        await Assert.ThrowsAsync<TaskStateConflictException>(() => states.SaveAsync(state with { Version = 1 }));
    }

    [Fact]
    public async Task Atomic_Progress()
    {
        var (states, task) = await NewAsync();

        #region atomic
        await states.UpdateStageProgressAtomicAsync(task, "audio_generation", 0.75);
        #endregion

        Assert.Equal(0.75, Progress(await states.LoadAsync(task)));
    }

    [Fact]
    public async Task Atomic_ProgressCompletionAndFailure()
    {
        var (states, task) = await NewAsync();

        #region stages
        await states.UpdateStageProgressAtomicAsync(task, "audio_generation", 0.5, "Scene 3 is spoken");
        await states.CompleteStageAtomicAsync(task, "audio_generation", new Dictionary<string, string> { ["voice"] = "voice.wav" });
        await states.FailStageAtomicAsync(task, "video_generation", "ffmpeg ended with 1");
        #endregion

        var state = await states.LoadAsync(task);
        Assert.Equal([RunStatus.Completed, RunStatus.Failed], state.Stages.Select(stage => stage.Status));
        Assert.Equal("voice.wav", state.Stages[0].Artifacts["voice"]);
        Assert.Equal(["video_generation: ffmpeg ended with 1"], state.Errors);
    }

    [Fact]
    public async Task Atomic_Change()
    {
        var (states, task) = await NewAsync();

        #region update
        var state = await states.UpdateAtomicAsync(task, state => state with
        {
            Warnings = state.Warnings.Add("The voice is not there; another one speaks."),
            Metadata = state.Metadata.SetItem("reviewed", JsonText.Parse("true")),
        });
        #endregion

        Assert.Equal((2L, "true"), (state.Version, (await states.LoadAsync(task)).Metadata["reviewed"].Value));
    }

    [Fact]
    public async Task Save_ANewTask()
    {
        var (states, task) = (cluster.States, ClientCluster.NewId());

        #region save
        var state = new TaskState { TaskId = task, InputConfig = JsonText.Parse("""{"input_type": "document", "source": "talk.md"}""") }
            .AddStage("script_generation")
            .AddStage("audio_generation");
        state = await states.SaveAsync(state);
        state = await states.SaveAsync(state with { Status = RunStatus.Running });
        #endregion

        Assert.Equal((2L, RunStatus.Running), (state.Version, (await states.LoadAsync(task)).Status));
    }

    [Fact]
    public async Task Lists_AndCleanup()
    {
        var (states, task) = await NewAsync();
        var listed = new List<TaskId>();

        #region lists
        await foreach (var summary in states.ListTasksAsync(RunStatus.Pending))
        {
            listed.Add(summary.TaskId);
        }

        var deleted = await states.CleanupOldTasksAsync(days: 7);
        #endregion

        Assert.Contains(task, listed);
        Assert.True(deleted >= 0 && await states.ExistsAsync(task), "A task at work was deleted.");
    }

    [Fact]
    public async Task Stage_ReportsProgress()
    {
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        try
        {
            var artifacts = new FolderArtifactStore(Path.Combine(folder, "artifacts"));
            var options = Options.Create(new StageWorkerOptions { Queues = [Path.GetFileName(folder)], WorkDirectory = Path.Combine(folder, "work") });
            await using var orchestrator = new PipelineOrchestrator(
                cluster.Grains, cluster.Tasks, cluster.States, artifacts, options, TimeProvider.System, NullLogger<StageWorker>.Instance)
            {
                Phases = [new ExecutionPhase("generation", ["audio_generation"])],
            };

            #region orchestrator
            orchestrator.RegisterStage(new AudioStage());
            var result = await orchestrator.ExecuteAsync(JsonText.Parse("""{"source": "talk.md"}"""));
            #endregion

            Assert.True(result.Success, string.Join(' ', result.Errors));
            Assert.Equal(["audio_generation"], result.State.CompletedStages());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<GuideBlock> Sorted(IEnumerable<GuideBlock> blocks) =>
        blocks.OrderBy(block => block.Language, StringComparer.Ordinal).ThenBy(block => block.Snippet, StringComparer.Ordinal);

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [GuideDocument.LogsToErrors.Key] = GuideDocument.LogsToErrors.Value },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    private static double Progress(TaskState state) => state.Stages.Single(stage => stage.Name == "audio_generation").Progress;

    private async Task<(TaskStateManager States, TaskId Task)> NewAsync()
    {
        var state = new TaskState { TaskId = ClientCluster.NewId() }.AddStage("audio_generation").AddStage("video_generation");
        return (cluster.States, (await cluster.States.SaveAsync(state)).TaskId);
    }
}

#region stage
internal sealed class AudioStage : IStage
{
    public string Kind => "audio_generation";

    public async Task<StageResult> ExecuteAsync(StageContext context, CancellationToken cancellationToken)
    {
        await context.ReportProgressAsync(0.5, "Speaking", cancellationToken);
        return StageResult.Empty;
    }
}
#endregion
