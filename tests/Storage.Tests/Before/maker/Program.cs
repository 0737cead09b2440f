using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using VideoGen.Client;
using VideoGen.Client.Tasks;
using VideoGen.Grains.Index;
using VideoGen.Grains.Pipelines;
using VideoGen.Grains.Tasks;
using VideoGen.Silo;

// Makes tasks in a store through the silo and the client of the commit that this is compiled in, or writes the rows of an Azure table down.
// Arguments: sqlite DATABASE | files FOLDER | azure CONNECTION | newtonsoft FOLDER | system-text-json FOLDER | rows CONNECTION FILE
if (args is ["rows", var account, var file])
{
    await Rows.WriteAsync(account, file);
    return;
}

var (kind, place) = (args[0], args[1]);
var silo = SiloHost.Create(new SiloHostOptions { Http = false, Recover = false }, configure: builder =>
{
    builder.Services.AddPipelineClient();
    var (provider, option) = kind switch
    {
        "sqlite" => ("Sqlite", "DatabasePath"),
        "files" => ("JsonFiles", "Folder"),
        "azure" => ("AzureTable", "ConnectionString"),
        _ => ("", ""),
    };
    if (provider.Length > 0)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orleans:GrainStorage:tasks:ProviderType"] = provider,
            [$"Orleans:GrainStorage:tasks:{option}"] = place,
        });
        return;
    }

    builder.Services.AddSingleton<ITaskIndex, NoIndex>();
    builder.Services.AddKeyedSingleton<IGrainStorage>("tasks", (services, _) => new PlainFiles(
        place,
        kind == "newtonsoft" ? services.GetRequiredService<IGrainStorageSerializer>() : new PlainJson()));
});
await silo.StartAsync();
var client = silo.Services.GetRequiredService<PipelineClient>();
await new Maker(client, new TaskStateManager(client, TimeProvider.System)).RunAsync();
await silo.StopAsync();
await silo.DisposeAsync();

internal sealed class Maker(PipelineClient tasks, TaskStateManager states)
{
    /// <summary>So long that no lease ends while this runs.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    private static readonly WorkerId Worker = new("worker-1", Guid.Parse("0d3f2c51-5b0a-4f7e-9c7e-6a2b8f1f0a11"));

    private static readonly PipelineDefinition Pipeline = new()
    {
        Name = "render",
        Version = 3,
        Stages =
        [
            new StageDefinition { Name = "prepare", Critical = true, Retry = RetryPolicy.None },
            new StageDefinition { Name = "frames", DependsOn = ["prepare"], IsGroup = true },
            new StageDefinition
            {
                Name = "join",
                DependsOn = ["frames"],
                Queue = "gpu-queue",
                Needs = ["gpu"],
                RunTimeout = TimeSpan.FromMinutes(90),
                Retry = new RetryPolicy { MaxAttempts = 5, FirstDelay = TimeSpan.FromSeconds(2), Factor = 3, NonRetryableCodes = ["input.bad"] },
            },
        ],
    };

    public async Task RunAsync()
    {
        await CompletedAsync(TaskId.Parse("completed-1"));
        await RunningAsync(TaskId.Parse("Running-2"));
        await FailedAsync(TaskId.Parse("failed-3"));
        await DeletedAsync(TaskId.Parse("deleted-4"));
        await CreateAsync(TaskId.Parse("paused-5"));
        await SendAsync(TaskId.Parse("paused-5"), new PauseTask());
        await CreateAsync(TaskId.Parse("cancelled-6"));
        await SendAsync(TaskId.Parse("cancelled-6"), new CancelTask());
        await PythonStyleAsync(TaskId.Parse("python-7"));
        await UnknownMembersAsync(TaskId.Parse("unknown-8"));
    }

    private async Task CompletedAsync(TaskId task)
    {
        await CreateAsync(task, TimeSpan.FromDays(2));
        await PrepareAsync(task);
        for (var i = 1; i <= 2; i++)
        {
            await WorkAsync(task, $"frames:part-{i}", token => new CompleteStage($"frames:part-{i}", token) { Artifacts = [ArtifactOf($"part-{i}.mp4", i)] });
        }

        await WorkAsync(task, "join", token => new CompleteStage("join", token)
        {
            Artifacts = [ArtifactOf("film.mp4", 3)],
            Warnings = ["the film is silent: größe \"🎬\" <&> \u2028"],
            TaskResult = Json("""{"output": "join/film.mp4", "seconds": 12.5, "frames": 300, "parts": [1, 2], "note": null}"""),
        });
    }

    /// <summary>One stage is at work with a lease and shares of units, one waits for its next attempt, one is ready.</summary>
    private async Task RunningAsync(TaskId task)
    {
        await CreateAsync(task);
        await PrepareAsync(task);
        var token = await StartAsync(task, "frames:part-1");
        for (var i = 1; i <= 12; i++)
        {
            await SendAsync(task, new ReportProgress("frames:part-1", token, i / 13.0, $"frame {i} of 30")
            {
                Sequence = i,
                Unit = $"unit-{i % 4}",
                UnitCount = 5,
                Durable = true,
                ExtendLease = Lease,
            });
        }

        token = await StartAsync(task, "frames:part-2");
        await SendAsync(task, new FailStage("frames:part-2", token, "the disk was busy", "disk.busy", Retryable: true));
        await SendAsync(task, new StartStage("no-such-stage", Worker, Lease), refused: true);
    }

    private async Task FailedAsync(TaskId task)
    {
        await CreateAsync(task);
        await WorkAsync(task, "prepare", token => new FailStage("prepare", token, "The document is not text: größe.", "document.not_text"));
    }

    private async Task DeletedAsync(TaskId task)
    {
        await CreateAsync(task);
        await SendAsync(task, new CancelTask());
        await SendAsync(task, new DeleteTask());
    }

    /// <summary>As a program of the Python system does it: one state, saved and updated, whose caller is its orchestrator.</summary>
    private async Task PythonStyleAsync(TaskId task)
    {
        var state = await states.SaveAsync(new TaskState { TaskId = task, InputConfig = Json("""{"input_type": "document", "path": "notes/größe.md"}""") });
        state = await states.SaveAsync(state with { Status = RunStatus.Running, Metadata = state.Metadata.Add("owner", Json("\"anna\"")) });
        foreach (var stage in new[] { "input_adaptation", "content_parsing", "script_generation" })
        {
            await SendAsync(task, new AddStage(stage));
        }

        await SendAsync(task, new StartStage("input_adaptation", null, TimeSpan.Zero));
        await states.UpdateStageProgressAtomicAsync(task, "input_adaptation", 1.0 / 3.0, "reading");
        await states.CompleteStageAtomicAsync(task, "input_adaptation", new Dictionary<string, string> { ["document"] = "out/größe.json" });
        await SendAsync(task, new StartStage("content_parsing", null, TimeSpan.Zero));
        await states.FailStageAtomicAsync(task, "content_parsing", "no headings");
        await states.UpdateAtomicAsync(task, present => present with { Warnings = present.Warnings.Add("kept by hand") });
    }

    private async Task UnknownMembersAsync(TaskId task)
    {
        var state = Json("""
            {
              "task_id": "unknown-8", "input_config": {"a": 1.50, "b": [true, null, 1e300]}, "status": "running", "current_stage": "one",
              "overall_progress": 0.125,
              "stages": {
                "one": {"name": "one", "status": "running", "progress": 0.125, "started_at": "2025-03-30T02:30:00.123456+00:00", "completed_at": null,
                        "error": null, "artifacts": {"log": "a/b.txt"}, "metadata": {"k": {"deep": [1, 2, {"x": "y"}]}}, "future_of_stage": {"n": 1}}
              },
              "created_at": "2025-03-30T01:00:00+00:00", "started_at": "2025-03-30T02:00:00+00:00", "completed_at": null, "result": null,
              "errors": [], "warnings": [], "metadata": {"count": 3}, "version": 0, "future_of_task": ["kept", 1, 2.0]
            }
            """);
        await SendAsync(task, new SaveTask(0, state));
        await SendAsync(task, new ReportProgress("one", null, 0.5, null) { Durable = true });
    }

    private Task<TaskReply> CreateAsync(TaskId task, TimeSpan? timeout = null) => SendAsync(
        task,
        new CreateTask(task, Json("""{"document": "a.md", "größe": 1}"""), Pipeline with { Timeout = timeout })
    {
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue").Add("größe", "groß 🎬"),
        Priority = 7,
        Retention = TimeSpan.FromDays(3_650),
    });

    private Task PrepareAsync(TaskId task) => WorkAsync(task, "prepare", token => new CompleteStage("prepare", token)
    {
        Artifacts = [ArtifactOf("plan.json", 0)],
        FanOut =
        [
            new StageDefinition { Name = "frames:part-1", DependsOn = ["prepare"] },
            new StageDefinition { Name = "frames:part-2", DependsOn = ["prepare"] },
        ],
    });

    private async Task WorkAsync(TaskId task, string stage, Func<long, TaskCommand> end)
    {
        var token = await StartAsync(task, stage);
        await SendAsync(task, new ReportProgress(stage, token, 0.5, "half of it") { Sequence = 1, Durable = true, ExtendLease = Lease });
        await SendAsync(task, end(token));
    }

    private async Task<long> StartAsync(TaskId task, string stage) =>
        (await SendAsync(task, new StartStage(stage, Worker, Lease))).Lease?.Token ?? throw new InvalidOperationException($"{stage} gave no lease.");

    private async Task<TaskReply> SendAsync(TaskId task, TaskCommand command, bool refused = false)
    {
        var reply = await tasks.ExecuteAsync(task, command);
        return reply.IsRefused == refused ? reply : throw new InvalidOperationException($"{task} {command}: {reply}");
    }

    private static Artifact ArtifactOf(string name, int number) => new(
        name,
        $"tasks/demo/{name}",
        1_000 + number,
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name))),
        "application/octet-stream");

    private static JsonText Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return JsonText.FromElement(document.RootElement);
    }
}
