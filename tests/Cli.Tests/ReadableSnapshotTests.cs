using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Cli.Hosting;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Storage;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Tests;

/// <summary>Who prints a task sees who is at work on it, and nothing by which a worker shows that a stage is its own.</summary>
public sealed class ReadableSnapshotTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-snapshot-tests-");
    private WebApplication? _silo;

    private Dictionary<string, string?> Store => new()
    {
        ["Orleans:GrainStorage:tasks:ProviderType"] = "Sqlite",
        ["Orleans:GrainStorage:tasks:DatabasePath"] = Path.Combine(_folder.FullName, "tasks.db"),
    };

    public async ValueTask InitializeAsync()
    {
        _silo = SiloHost.Create(
            new SiloHostOptions { Http = false, Recover = false }, configure: builder => builder.Configuration.AddInMemoryCollection(Store));
        await _silo.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.StopAsync();
        await _silo.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AStoreIsReadWithoutWhatProvesALease()
    {
        var (task, worker) = (TaskId.Parse("leased"), new WorkerId("w", Guid.CreateVersion7()));
        var grain = _silo!.Services.GetRequiredService<IGrainFactory>().GetGrain<ITaskStateGrain>(task.Value);
        var pipeline = new PipelineDefinition { Name = "p", Stages = [new StageDefinition { Name = "draw" }] };
        await grain.ExecuteAsync(OperationId.Create(TimeProvider.System), new CreateTask(task, JsonText.EmptyObject, pipeline));
        var start = await grain.ExecuteAsync(OperationId.Create(TimeProvider.System), new StartStage("draw", worker, TimeSpan.FromMinutes(5)));
        Assert.NotEqual(0, start.Lease!.Token);
        var section = new ConfigurationBuilder().AddInMemoryCollection(Store).Build().GetSection("Orleans:GrainStorage:tasks");
        var stop = TestContext.Current.CancellationToken;
        await using var source = new LocalTaskSource(await TaskStoreReader.OpenAsync(section, stop), TimeProvider.System);

        var shown = JsonElement.Parse((await source.ReadAsync(task, stop))!.Json);

        var lease = shown.GetProperty("stages").GetProperty("draw").GetProperty("lease");
        Assert.Equal(0, lease.GetProperty("token").GetInt64());
        Assert.Equal("w", lease.GetProperty("worker").GetProperty("name").GetString());
        Assert.DoesNotContain($"{worker.Incarnation}", shown.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(await source.ReadAsync(TaskId.Parse("nobody"), stop));
    }
}
