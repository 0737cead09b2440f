using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Grains.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>A cluster of one silo in this process, over a store in memory that outlives it.</summary>
public sealed class OneSilo : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    internal MemoryTaskStore Store { get; } = new(TimeProvider.System);

    internal StorageCircuit Circuit { get; } = new();

    /// <summary>Adds services before those of the silo.</summary>
    internal Action<IServiceCollection> Configure { get; init; } = static _ => { };

    public IGrainFactory Grains => _cluster!.Client;

    public async ValueTask InitializeAsync() => await StartAsync(recover: false);

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>The silo dies, and another one comes up over the same store.</summary>
    public async Task RestartAsync(bool recover)
    {
        await _cluster!.KillSiloAsync(_cluster.Silos[0]);
        await StopAsync();
        await StartAsync(recover);
    }

    /// <summary>Of the silo that lives.</summary>
    public IServiceProvider Services => _cluster!.GetSiloServiceProvider();

    public ITaskStateGrain Task(string id) => Grains.GetGrain<ITaskStateGrain>(id);

    public Task<TaskReply> ExecuteAsync(string task, TaskCommand command) => Task(task).ExecuteAsync(OperationId.Create(TimeProvider.System), command);

    private async Task StartAsync(bool recover)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            Configure(silo.Services);
            silo.Services.TryAddSingleton<TimeProvider>(new PatientTime());
            silo.Services.AddSingleton(Circuit);
            silo.AddVideoGenGrains(recover);
            silo.Services.AddKeyedSingleton<IGrainStorage>(TaskStorage.ProviderName, (_, _) => Store);
            silo.Services.AddSingleton<ITaskIndex>(Store);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    private async Task StopAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
            _cluster = null;
        }
    }
}
