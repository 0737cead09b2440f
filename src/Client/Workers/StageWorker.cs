using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VideoGen.Client.Artifacts;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Grains.Queues;
using VideoGen.Grains.Tasks;

namespace VideoGen.Client.Workers;

/// <summary>Takes stages from queues and does them. It reaches tasks only through grain references, whether it lives in a silo's process or in its own.</summary>
public sealed partial class StageWorker : BackgroundService
{
    private static readonly TimeSpan PollWait = TimeSpan.FromSeconds(10);

    private readonly IGrainFactory _grains;
    private readonly PipelineClient _tasks;
    private readonly IArtifactStore _artifacts;
    private readonly Dictionary<string, IStage> _stages;
    private readonly StageWorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StageWorker> _logger;
    private readonly WorkerProfile _profile;

    public StageWorker(
        IGrainFactory grains,
        PipelineClient tasks,
        IArtifactStore artifacts,
        IEnumerable<IStage> stages,
        IOptions<StageWorkerOptions> options,
        TimeProvider time,
        ILogger<StageWorker> logger)
    {
        _grains = grains;
        _tasks = tasks;
        _artifacts = artifacts;
        _stages = stages.ToDictionary(stage => stage.Kind, StringComparer.Ordinal);
        _options = options.Value;
        _time = time;
        _logger = logger;
        _profile = new WorkerProfile(new WorkerId(_options.Name, Guid.CreateVersion7(time.GetUtcNow())), [.. _stages.Keys], _options.Capabilities);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarted(_options.Name, _options.Concurrency, string.Join(", ", _options.Queues));
        return Task.WhenAll(Enumerable.Range(0, _options.Concurrency).Select(slot => ServeAsync(slot, stoppingToken)));
    }

    /// <summary>One slot does one stage at a time, and visits the queues in turn.</summary>
    private async Task ServeAsync(int slot, CancellationToken stoppingToken)
    {
        await Task.Yield();
        for (var turn = slot; !stoppingToken.IsCancellationRequested; turn++)
        {
            var queue = _options.Queues[turn % _options.Queues.Length];
            try
            {
                var wait = _options.Queues.Length == 1 ? PollWait : PollWait / (2 * _options.Queues.Length);
                if (await _grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(_profile, wait, stoppingToken).WaitAsync(stoppingToken).ConfigureAwait(false) is { } offer)
                {
                    await DoAsync(offer, stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A worker outlives whatever goes wrong with one offer; the task offers the stage again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogOfferFailed(queue, exception);
                await Task.Delay(_options.HeartbeatInterval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task DoAsync(StageOffer offer, CancellationToken stoppingToken)
    {
        var start = await _tasks.ExecuteAsync(offer.Task, new StartStage(offer.Stage, _profile.Worker, _options.LeaseDuration), stoppingToken).ConfigureAwait(false);
        if (start.Lease is not { } lease)
        {
            LogNotGiven(offer.Task, offer.Stage, start.Message);
            return;
        }

        LogBegun(offer.Task, offer.Stage, lease.Token);
        using var execution = new StageExecution(_tasks, offer.Task, offer.Stage, lease, _options, _time);
        var ended = await execution.RunAsync((snapshot, token) => WorkAsync(snapshot, offer, lease, execution, token), stoppingToken).ConfigureAwait(false);
        LogEnded(offer.Task, offer.Stage, lease.Token, ended);
    }

    private async Task<StageResult> WorkAsync(TaskState task, StageOffer offer, StageLease lease, StageExecution execution, CancellationToken cancellationToken)
    {
        var folder = offer.Stage.Replace(':', '/');
        var work = Path.Combine(_options.WorkDirectory, $"{offer.Task}-{folder.Replace('/', '-')}-{lease.Token}");
        Directory.CreateDirectory(work);
        try
        {
            task.Stages.TryGet(offer.Stage, out var stage);
            var context = new StageContext
            {
                TaskId = offer.Task,
                StageName = offer.Stage,
                Attempt = stage?.Attempt ?? offer.Attempt,
                Input = task.InputConfig.ToElement(),
                Completed = [.. task.Stages.Where(other => other is { Status: RunStatus.Completed, ArtifactDetails: not null })
                    .Select(other => KeyValuePair.Create(other.Name, System.Collections.Immutable.ImmutableArray.CreateRange(other.ArtifactDetails!.Values)))],
                WorkingDirectory = work,
                Artifacts = _artifacts,
                ArtifactFolder = $"{offer.Task}/{folder}/{lease.Token}",
                Logger = _logger,
                ProgressReporter = execution.ReportAsync,
            };
            return await _stages[stage!.Kind].ExecuteAsync(context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Worker {Name} does {Concurrency} stages at a time from {Queues}.")]
    private partial void LogStarted(string name, int concurrency, string queues);

    [LoggerMessage(2, LogLevel.Debug, "Task {Task}: stage {Stage} was not given ({Why}).")]
    private partial void LogNotGiven(TaskId task, string stage, string? why);

    [LoggerMessage(3, LogLevel.Debug, "Task {Task}: stage {Stage} begins under token {Token}.")]
    private partial void LogBegun(TaskId task, string stage, long token);

    [LoggerMessage(4, LogLevel.Debug, "Task {Task}: stage {Stage} under token {Token} ended: {End}.")]
    private partial void LogEnded(TaskId task, string stage, long token, StageEnd end);

    [LoggerMessage(5, LogLevel.Warning, "An offer of queue {Queue} could not be worked on.")]
    private partial void LogOfferFailed(string queue, Exception exception);
}
