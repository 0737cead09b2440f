// Two stages of one task report at the same moment; docs/state-manager.md explains it. Run it: dotnet run --project samples/StateManager
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Client;
using VideoGen.Client.Seed;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

var folder = Directory.CreateTempSubdirectory("state-manager-").FullName;
await using var silo = SiloHost.Create(
    new SiloHostOptions { Http = false },
    ["--Orleans:GrainStorage:tasks:ProviderType=Sqlite", $"--Orleans:GrainStorage:tasks:DatabasePath={Path.Combine(folder, "tasks.db")}"],
    addServices: services => services.AddPipelineClient());
await silo.StartAsync();
var states = silo.Services.GetRequiredService<TaskStateManager>();
var task = TaskId.Parse("task_123");
await states.SaveAsync(new TaskState { TaskId = task }.AddStage("script").AddStage("audio"));

Console.WriteLine("Load, change, save: as it was, but the second save is not silent.");
var mine = await states.LoadAsync(task);
Tell("T1", "script loads", mine);
var yours = await states.LoadAsync(task);
Tell("T2", "audio loads", yours);
mine = mine.UpdateStageProgress("script", 0.5);
Tell("T3", "script changes its copy", mine);
yours = yours.UpdateStageProgress("audio", 0.5);
Tell("T4", "audio changes its copy", yours);
Tell("T5", "script saves", await states.SaveAsync(mine));
try
{
    await states.SaveAsync(yours);
}
catch (TaskStateConflictException conflict)
{
    Console.WriteLine($"T6  audio saves             refused: {conflict.Message}");
}

Tell("", "in the store", await states.LoadAsync(task));

Console.WriteLine("Atomic updates: both at once, nothing to load, nothing to repeat.");
await Task.WhenAll(
    states.UpdateStageProgressAtomicAsync(task, "script", 0.75, "Writing"),
    states.UpdateStageProgressAtomicAsync(task, "audio", 0.5, "Speaking"));
Tell("T7", "script and audio report", await states.LoadAsync(task));
await Task.WhenAll(
    states.CompleteStageAtomicAsync(task, "script", new Dictionary<string, string> { ["script"] = "script.json" }),
    states.CompleteStageAtomicAsync(task, "audio", new Dictionary<string, string> { ["voice"] = "voice.wav" }));
Tell("T8", "script and audio complete", await states.LoadAsync(task));

await silo.StopAsync();
Directory.Delete(folder, recursive: true);

static void Tell(string when, string what, TaskState state)
{
    var stages = state.Stages.Select(stage => FormattableString.Invariant($"{stage.Name}={stage.Progress:0.0#}"));
    Console.WriteLine($"{when,-3} {what,-25} version={state.Version} {string.Join(' ', stages)}");
}
