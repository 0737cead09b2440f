using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Grains;
using VideoGen.Grains.Recovery;
using VideoGen.Grains.Tests.Cluster;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

[assembly: AssemblyFixture(typeof(ClientCluster))]

namespace VideoGen.Client.Tests.Fixtures;

/// <summary>
/// Silos and a client in this process, over one store: in memory, or a real one. One serves all tests that do no harm to it; those that kill silos start
/// their own.
/// </summary>
public sealed class ClientCluster : IAsyncLifetime
{
    private readonly short _silos;
    private readonly Action<ISiloBuilder>? _store;
    private readonly Action<IClientBuilder>? _client;

    public ClientCluster()
        : this(1)
    {
    }

    internal ClientCluster(short silos, Action<ISiloBuilder>? store = null, Action<IClientBuilder>? client = null)
    {
        _silos = silos;
        _store = store;
        _client = client;
    }

    internal MemoryTaskStore Store { get; } = new(TimeProvider.System);

    /// <summary>Holds commands back on their way to their tasks.</summary>
    internal CommandGate Gate { get; } = new();

    internal InProcessTestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.Client;

    public PipelineClient Tasks { get; private set; } = null!;

    public TaskStateManager States { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(_silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(new PatientTime());
            silo.AddVideoGenGrains();
            silo.AddIncomingGrainCallFilter(Gate);
            if (_store is null)
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>("tasks", Store);
                silo.Services.AddSingleton<ITaskIndex>(Store);
            }
            else
            {
                _store(silo);
            }

            silo.Services.Configure<RecoveryOptions>(recovery =>
            {
                recovery.Interval = TimeSpan.FromSeconds(1);
                recovery.Untouched = TimeSpan.FromSeconds(2);
            });
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.NumMissedProbesLimit = 3;
                membership.NumVotesForDeathDeclaration = 1;
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(1);
                membership.DefunctSiloCleanupPeriod = null;
            });
        });
        if (_client is not null)
        {
            builder.ConfigureClient(_client);
        }

        Cluster = builder.Build();
        await Cluster.DeployAsync();
        Tasks = new PipelineClient(Grains, TimeProvider.System, NullLogger<PipelineClient>.Instance);
        States = new TaskStateManager(Tasks, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    /// <param name="silos">How many.</param>
    /// <param name="store">Adds the storage of tasks; in memory when it is not given.</param>
    /// <param name="client">More for the client.</param>
    internal static async Task<ClientCluster> StartAsync(
        short silos, Action<ISiloBuilder>? store = null, Action<IClientBuilder>? client = null)
    {
        var cluster = new ClientCluster(silos, store, client);
        await cluster.InitializeAsync();
        return cluster;
    }

    internal static TaskId NewId(string prefix = "task") => TaskId.Parse($"{prefix}-{Guid.NewGuid():N}");

    /// <summary>
    /// The task, when nobody holds the stage. What a worker that stops says may arrive after it has stopped; what it does not say at all shows as a
    /// lost attempt.
    /// </summary>
    internal async Task<TaskState> WhenGivenBackAsync(TaskId task, int stage = 0)
    {
        await Until.Holds(async () => (await LoadAsync(task)).Stages[stage].Lease is null);
        return await LoadAsync(task);
    }

    internal async Task<TaskState> LoadAsync(TaskId task) => (await Tasks.ReadAsync(task))!.ToState();
}
