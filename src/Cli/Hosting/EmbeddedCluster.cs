using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Cli.Exits;
using VideoGen.Client;
using VideoGen.Client.Access;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Silo;
using VideoGen.Silo.Hosting;
using VideoGen.Stages;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Access;

namespace VideoGen.Cli.Hosting;

/// <summary>How a cluster of this one process is set up.</summary>
internal sealed record EmbeddedClusterOptions
{
    public required DataDirectory Data { get; init; }

    public required IArtifactStore Artifacts { get; init; }

    public required StoreChoice Store { get; init; }

    /// <summary>What the worker in this process is called; null for a process that only looks or steers.</summary>
    public string? WorkerName { get; init; }

    /// <summary>The worker takes nothing before this has completed.</summary>
    public Task WorkerReady { get; init; } = Task.CompletedTask;

    /// <summary>Stages at a time.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>A neural voice for this process alone; null for none but those that the environment names.</summary>
    public string? VoiceFile { get; init; }

    /// <summary>What a person can do where a cluster holds the store, made out of the arguments that reach that.</summary>
    public Func<string, string> Instead { get; init; } = arguments => $"Give the command to the cluster: add{arguments}.";

    /// <summary>Whether the dashboard is served.</summary>
    public bool Http { get; init; }

    /// <summary>0 for a free port.</summary>
    public int HttpPort { get; init; }

    /// <summary>Whether what happens is logged to the standard error.</summary>
    public bool Verbose { get; init; }
}

/// <summary>A silo and, if asked for, a worker in this process. They talk through grain references, as in a cluster of many.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Used when the person should not have to wait: after Ctrl-C, and when the store fails.</summary>
    private static readonly TimeSpan HastyStopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly CancellationToken _interrupted;
    private readonly StorageGuard _guard;

    private EmbeddedCluster(WebApplication application, CancellationToken interrupted)
    {
        _application = application;
        _interrupted = interrupted;
        _guard = new StorageGuard(application.Services.GetRequiredService<StoreHealth>(), TimeProvider.System);
    }

    public PipelineClient Tasks => _application.Services.GetRequiredService<PipelineClient>();

    public IGrainFactory Grains => _application.Services.GetRequiredService<IGrainFactory>();

    public IArtifactStore Artifacts => _application.Services.GetRequiredService<IArtifactStore>();

    /// <summary>Where the dashboard listens; null without one.</summary>
    public Uri? Address => _application.GetHttpAddress();

    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellationToken)
    {
        var application = SiloHost.Create(
            new SiloHostOptions
            {
                Artifacts = options.Artifacts,
                Http = options.Http,
                HttpPort = options.HttpPort,
                Recover = false,
                Door = ForItself(),
            },
            configure: builder => Configure(builder, options),
            addServices: services => AddWorker(services, options));
        try
        {
            await application.StartAsync(cancellationToken);
            return new EmbeddedCluster(application, cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for work on tasks, but not for longer than their store can be used.</summary>
    /// <exception cref="CommandFailedException">The store cannot be used; the message says why, and what to do.</exception>
    public Task<T> GuardAsync<T>(Task<T> work) => _guard.WaitAsync(work);

    public async ValueTask DisposeAsync()
    {
        var isHasty = _interrupted.IsCancellationRequested || _guard.Fault is not null;
        await _application.StopWithinAsync(isHasty ? HastyStopTimeout : StopTimeout);
        _guard.Dispose();
    }

    /// <summary>Nobody else gets into a cluster of one process.</summary>
    private static ClusterDoor? ForItself() =>
        ClusterSecret.TryParse(ClusterSecret.Create(), out var secret, out _) ? ClusterDoor.Locked(secret) : null;

    private static void Configure(WebApplicationBuilder builder, EmbeddedClusterOptions options)
    {
        options.Store.Apply(builder.Configuration, options.Data);
        ClusterHold.RefuseIfHeld(StoreChoice.LocksBeside(builder.Configuration, options.Data), options.Instead);
        Logs.Configure(builder.Logging, options.Verbose ? LogLevel.Information : LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.AddPipelineClient().AddArtifacts(options.Artifacts);
        if (options.WorkerName is not null)
        {
            builder.Services.AddVideoStages(builder.Configuration, options.VoiceFile);
        }
    }

    private static void AddWorker(IServiceCollection services, EmbeddedClusterOptions options)
    {
        if (options.WorkerName is { } name)
        {
            services.AddStageWorker(worker =>
            {
                worker.Name = name;
                worker.Concurrency = options.Concurrency;
                worker.Ready = options.WorkerReady;
                worker.HasPeers = false;
                worker.WorkDirectory = options.Data.Work;
            });
        }
    }
}
