using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Workers;

/// <summary>Takes stages from queues and does them. It reaches tasks only through grain references, be it in a silo's process or in its own.</summary>
/// <remarks>Register it after the client or the silo, so that it stops first and can give back what it holds.</remarks>
public sealed partial class StageWorker : BackgroundService
{
    /// <summary>How long one call waits for an offer.</summary>
    private static readonly TimeSpan PollWait = TimeSpan.FromSeconds(10);

    /// <summary>How much later the answer may come before the call is taken for lost.</summary>
    private static readonly TimeSpan PollSlack = TimeSpan.FromSeconds(5);

    /// <summary>The waits while a queue cannot be reached.</summary>
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));

    /// <summary>How long a stopping worker goes on trying to give its stages back; after that the leases run out by themselves.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    private readonly IGrainFactory _grains;
    private readonly PipelineClient _tasks;
    private readonly IArtifactStore _artifacts;
    private readonly ImmutableDictionary<string, IStage> _stages;
    private readonly StageWorkerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StageWorker> _logger;
    private readonly WorkerProfile _profile;
    private Workbench? _bench;

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
        _stages = ByKind([.. stages]);
        _options = options.Value;
        _time = time;
        _logger = logger;
        _profile = new WorkerProfile(new WorkerId(_options.Name, Guid.CreateVersion7(time.GetUtcNow())), [.. _stages.Keys], _options.Capabilities);
    }

    /// <exception cref="InvalidOperationException">The work folder cannot be used.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _bench = new Workbench(_tasks, _stages, _artifacts, AttemptFolders.Open(_options.WorkDirectory), _options, _time, _logger);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _bench?.Folders.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarted(_options.Name, _options.Concurrency, string.Join(", ", _options.Queues));
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var stopping = stoppingToken.Register(() => grace.CancelAfter(StopGrace));
        await Task.WhenAll(Enumerable.Range(0, _options.Concurrency).Select(slot => ServeAsync(slot, stoppingToken, grace.Token))).ConfigureAwait(false);
    }

    private static ImmutableDictionary<string, IStage> ByKind(ImmutableArray<IStage> stages)
    {
        if (stages.IsEmpty)
        {
            throw new InvalidOperationException("A worker needs at least one stage: register one as IStage.");
        }

        var doubled = stages.GroupBy(stage => stage.Kind, StringComparer.Ordinal).FirstOrDefault(kind => kind.Count() > 1);
        return doubled is null
            ? stages.ToImmutableDictionary(stage => stage.Kind, StringComparer.Ordinal)
            : throw new InvalidOperationException(
                $"Two stages are registered for the kind '{doubled.Key}': {string.Join(" and ", doubled.Select(stage => stage.GetType().Name))}.");
    }

    /// <summary>One slot does one stage at a time, and visits the queues in turn.</summary>
    private async Task ServeAsync(int slot, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        await Task.Yield();
        var failures = 0;
        for (var turn = slot; !stoppingToken.IsCancellationRequested; turn++)
        {
            var queue = _options.Queues[turn % _options.Queues.Length];
            try
            {
                var offer = await PollAsync(queue, stoppingToken).ConfigureAwait(false);
                if (failures > 0)
                {
                    LogReached(queue);
                    failures = 0;
                }

                if (offer is not null)
                {
                    await DoAsync(offer, stoppingToken, graceToken).ConfigureAwait(false);
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
                if (++failures == 1)
                {
                    LogUnreachable(queue, exception);
                }

                await Retries.WaitAsync(failures, _tasks.Random, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task<StageOffer?> PollAsync(string queue, CancellationToken stoppingToken)
    {
        var wait = _options.Queues.Length == 1 ? PollWait : PollWait / (2 * _options.Queues.Length);
        return _grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(_profile, wait, stoppingToken).WaitAsync(wait + PollSlack, _time, stoppingToken);
    }

    private async Task DoAsync(StageOffer offer, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        if (offer.Check() is { } problem)
        {
            LogNotUnderstood(problem);
            return;
        }

        // A stop does not interrupt the request for the lease: what was granted unheard would be missed only when it runs out.
        var command = new StartStage(offer.Stage, _profile.Worker, _options.LeaseDuration);
        var start = await _tasks.ExecuteAsync(offer.Task, command, graceToken).ConfigureAwait(false);
        if (start.Lease is not { } lease)
        {
            LogNotGiven(offer.Task, offer.Stage, start.Message);
            return;
        }

        LogBegun(offer.Task, offer.Stage, lease.Token);
        var execution = new StageExecution(_bench!, offer.Task, offer.Stage, start);
        var ended = await execution.RunAsync(stoppingToken, graceToken).ConfigureAwait(false);
        LogEnded(offer.Task, offer.Stage, lease.Token, ended);
        if (!execution.Work.IsCompleted)
        {
            LogIgnoresCancellation(offer.Task, offer.Stage);
            await execution.Work.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
