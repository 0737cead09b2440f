using System.Diagnostics;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.Server;
using VideoGen.Benchmarks.Servers;

namespace VideoGen.Benchmarks.Peers;

/// <summary>Hangfire's continuations on PostgreSQL: a chain of jobs in which each begins when the one before has succeeded.</summary>
internal sealed class HangfireChains : IPipelinePeer
{
    /// <summary>How long it may stand before the benchmark gives up. A job that failed is tried again within one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PostgreSqlStorage _storage;
    private readonly BackgroundJobClient _client;
    private readonly PostgresServer _server;

    private HangfireChains(PostgresServer server, PostgreSqlStorage storage)
    {
        _server = server;
        _storage = storage;
        _client = new BackgroundJobClient(storage);
    }

    public string Name => $"Hangfire {typeof(BackgroundJob).Assembly.GetName().Version?.ToString(3)}, continuations on PostgreSQL {_server.Version}";

    public string Durability => "log fsynced (synchronous_commit=on)";

    public int Pipelines => 50;

    public int WarmUp => 1;

    public static async Task<HangfireChains?> StartAsync(Workbench bench)
    {
        if (await bench.PostgresAsync() is not { } server)
        {
            return null;
        }

        var options = new PostgreSqlStorageOptions
        {
            // The shortest that it takes without a warning. Its long polling was tried, and was slower.
            QueuePollInterval = TimeSpan.FromMilliseconds(50),
            UseSlidingInvisibilityTimeout = true,
        };
        var connections = server.ConnectionString.Replace("Pooling=false", "Pooling=true;Maximum Pool Size=80", StringComparison.Ordinal);
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(connections, options), options);
        return new HangfireChains(server, storage);
    }

    public async Task<TimeSpan> RunAsync(int pipelines)
    {
        var monitor = _storage.GetMonitoringApi();
        var goal = monitor.GetStatistics().Succeeded + (pipelines * PipelineLoad.Stages);
        for (var i = 0; i < pipelines; i++)
        {
            var job = _client.Enqueue(() => StepAsync(null!));
            for (var stage = 1; stage < PipelineLoad.Stages; stage++)
            {
                job = _client.ContinueJobWith(job, () => StepAsync(null!));
            }
        }

        var started = Stopwatch.GetTimestamp();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = PipelineLoad.Slots }, _storage);
        var last = (Succeeded: -1L, At: started);
        while (monitor.GetStatistics() is var now && now.Succeeded < goal)
        {
            if (now.Succeeded != last.Succeeded)
            {
                last = (now.Succeeded, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(last.At) > Patience)
            {
                throw new InvalidOperationException(
                    $"Hangfire stands {goal - now.Succeeded} stages short of {pipelines * PipelineLoad.Stages} since {Patience.TotalMinutes:N0} minutes: "
                        + $"{now.Enqueued} enqueued, {now.Processing} processing, {now.Scheduled} scheduled, {now.Awaiting} awaiting, {now.Failed} failed.");
            }

            await Task.Delay(20);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>One stage.</summary>
    public static Task StepAsync(PerformContext context)
    {
        context.SetJobParameter("progress", "Done");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
