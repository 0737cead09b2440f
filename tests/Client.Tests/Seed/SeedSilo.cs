using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using VideoGen.Client.Seed;
using VideoGen.Client.Stages;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Storage.Sqlite;

namespace VideoGen.Client.Tests.Seed;

/// <summary>A silo of this process over a database in SQLite, and orchestrators beside it: what the cases of the seed's own tests run on.</summary>
public sealed class SeedSilo : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;

    public SeedSilo() => Cluster = new ClientCluster(1, silo => silo.AddSqliteTaskStorage("tasks", sqlite => sqlite.DatabasePath = Database));

    public ClientCluster Cluster { get; }

    private string Database => Path.Combine(_folder, "tasks.db");

    public ValueTask InitializeAsync() => Cluster.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="phases">Those of the seed when none are given.</param>
    /// <param name="enableParallelism">As in the seed.</param>
    /// <param name="queue">Of another orchestrator whose tasks this one goes on with; a queue of its own when none is given.</param>
    internal PipelineOrchestrator CreateOrchestrator(ExecutionPhase[]? phases = null, bool enableParallelism = true, string? queue = null) => new(
        Cluster.Grains,
        Cluster.Tasks,
        Cluster.States,
        new FolderArtifactStore(Path.Combine(_folder, "artifacts")),
        Options.Create(new StageWorkerOptions
        {
            Name = $"worker-{Guid.NewGuid():N}",
            Concurrency = 4,
            Queues = [queue ?? NewQueue()],
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            WorkDirectory = Path.Combine(_folder, "work"),
        }),
        TimeProvider.System,
        NullLogger<StageWorker>.Instance)
    {
        Phases = phases is null ? ExecutionPhase.Default : [.. phases],
        EnableParallelism = enableParallelism,
    };

    internal static string NewQueue() => $"queue-{Guid.NewGuid():N}";
}

/// <summary>Notes which stages ran, in which order and how many at once, and makes stages that are noted.</summary>
internal sealed class StageLog
{
    private readonly ConcurrentQueue<string> _began = [];
    private int _atWork;
    private int _most;

    /// <summary>The names of the stages in the order in which they began; one that ran twice stands here twice.</summary>
    public IReadOnlyList<string> Began => [.. _began];

    /// <summary>The most stages that were at work at the same time.</summary>
    public int MostAtOnce => _most;

    /// <summary>A stage that does what it is given, and makes one artifact, <c>NAME_output</c>, that says its name.</summary>
    public CodeStage Stage(string name, Func<StageContext, CancellationToken, Task>? work = null, params string[] warnings) =>
        new(name, (context, token) => RunAsync(context, name, work, warnings, token));

    public CodeStage FailingStage(string name, string error) => Stage(name, (_, _) => throw new StageFailedException("seed", error));

    public static async Task<VideoGen.Tasks.State.Artifact> SaveAsync(StageContext context, string name, string text, CancellationToken token)
    {
        var file = Path.Combine(context.WorkingDirectory, name);
        await File.WriteAllTextAsync(file, text, token);
        return await context.SaveArtifactAsync(name, file, "text/plain", token);
    }

    /// <summary>A part of a stage that ends when so many stages are in it.</summary>
    public static Func<StageContext, CancellationToken, Task> Together(int stages)
    {
        var left = stages;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return async (_, token) =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(Until.Patience, token);
        };
    }

    private async Task<StageResult> RunAsync(
        StageContext context, string name, Func<StageContext, CancellationToken, Task>? work, string[] warnings, CancellationToken token)
    {
        _began.Enqueue(context.StageName.Value);
        var atWork = Interlocked.Increment(ref _atWork);
        InterlockedMax(atWork);
        try
        {
            await (work?.Invoke(context, token) ?? Task.CompletedTask);
            return new StageResult { Artifacts = [await SaveAsync(context, $"{name}_output", name, token)], Warnings = [.. warnings] };
        }
        finally
        {
            Interlocked.Decrement(ref _atWork);
        }
    }

    private void InterlockedMax(int atWork)
    {
        for (var most = _most; atWork > most; most = _most)
        {
            Interlocked.CompareExchange(ref _most, atWork, most);
        }
    }
}
