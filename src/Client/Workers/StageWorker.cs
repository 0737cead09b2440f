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
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Workers;

/// <summary>Takes stages from queues and does them. It reaches tasks only through grain references, be it in a silo's process or in its own.</summary>
/// <remarks>Register it after the client or the silo, so that it stops first and can give back what it holds.</remarks>
public sealed partial class StageWorker : BackgroundService
{
    /// <summary>How long a place stays empty after a stage could not be begun in it.</summary>
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));

    /// <summary>How long a worker that is refused whatever it asks for leaves the offers to others.</summary>
    private static readonly Backoff Refusals = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

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
    private readonly WorkerLoad _load;
    private readonly WorkerNeeds _needs;

    /// <summary>The worker as one who goes on with the next stage of a task; null when it does not.</summary>
    private readonly StageTaker? _taker;

    // Not disposed of: a host may stop its services once more when they are gone.
    private readonly CancellationTokenSource _givingBack;
    private Workbench? _bench;
    private OfferIntake? _intake;
    private WorkerReporter? _reporter;
    private int _refusals;

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
        _taker = TakerOf(_options, _profile);
        _load = new WorkerLoad(_options.Concurrency, Known(_options.KindLimits), time);
        _needs = new WorkerNeeds(_stages, artifacts, _load, tasks.Random, time, logger);
        _givingBack = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <exception cref="InvalidOperationException">The work folder cannot be used.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _bench = new Workbench(_tasks, _stages, _artifacts, _needs, AttemptFolders.Open(_options.WorkDirectory), _options, _time, _logger);
        if (_options.HasPeers)
        {
            await _needs.CheckAsync(cancellationToken).ConfigureAwait(false);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes nothing more at once, works on for up to <see cref="StageWorkerOptions.DrainPatience"/>, and then gives back what it still holds; that it does
    /// at once when the host has no more patience.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Drain();
        var running = ExecuteTask ?? Task.CompletedTask;
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _givingBack.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(running, Task.Delay(StopGrace, _time, CancellationToken.None)).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes nothing more, and ends when the stages at work have ended or <see cref="StageWorkerOptions.DrainPatience"/> is over. Safe to repeat.
    /// </summary>
    internal void Drain()
    {
        if (!_load.IsDraining)
        {
            LogDraining(_options.Name, _load.Held.Length, _options.DrainPatience);
            _load.Drain();
            _givingBack.CancelAfter(_options.DrainPatience);
        }
    }

    public override void Dispose()
    {
        _bench?.Folders.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarted(_options.Name, _options.Concurrency, string.Join(", ", _options.Queues));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _givingBack.Token);
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var stopping = stop.Token.Register(() => grace.CancelAfter(StopGrace));
        var streams = OfferStream.Of(_options.Queues, _profile, _options.KindLimits);
        _intake = new OfferIntake(_grains, streams, _load, _tasks.Random, _time, _logger)
        {
            Begin = held => _ = ServeAsync(held, stop.Token, grace.Token),
        };
        var isOrdered = false;
        _reporter = new WorkerReporter(_grains, _profile, _options, _load, _time, _logger)
        {
            Complete = report => report with
            {
                Profile = report.Profile with { Kinds = _load.Taken(report.Profile.Kinds) },
                Unanswered = _intake.Unanswered,
                Problems = _needs.Problems,
                Lacks = _needs.Lacks,
            },
            Drain = () =>
            {
                isOrdered = true;
                Drain();
            },
        };
        var mending = _needs.RunAsync(stop.Token);
        var taking = TakeWhenReadyAsync(_intake, stop.Token);
        var reporting = _reporter.RunAsync(stop.Token);
        await _load.Drained.WaitAsync(stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _load.Drain();
        await _load.Drained.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await taking.ConfigureAwait(false);
        await reporting.ConfigureAwait(false);
        await mending.ConfigureAwait(false);
        if (isOrdered)
        {
            _options.Drained?.Invoke();
        }
    }

    private async Task TakeWhenReadyAsync(OfferIntake intake, CancellationToken stoppingToken)
    {
        await _options.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested)
        {
            await intake.RunAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A place of a worker with several queues goes to the next of them when it is free, and one for a kind with a limit of its own is counted when it is
    /// taken: both would be passed by.
    /// </summary>
    private static StageTaker? TakerOf(StageWorkerOptions options, WorkerProfile profile)
    {
        var kinds = profile.Kinds.RemoveAll(options.KindLimits.ContainsKey);
        return options.Queues.Distinct(StringComparer.Ordinal).Count() > 1 || kinds.IsEmpty
            ? null
            : new StageTaker(profile with { Kinds = kinds }, options.LeaseDuration);
    }

    private ImmutableDictionary<string, int> Known(ImmutableDictionary<string, int> limits) =>
        limits.Keys.FirstOrDefault(kind => !_stages.ContainsKey(kind)) is { } unknown
            ? throw new InvalidOperationException(
                $"The limit for '{unknown}' is for no stage of this worker. It does {string.Join(", ", _stages.Keys.Order(StringComparer.Ordinal))}.")
            : limits;

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

    /// <summary>Does one stage in the place that it has, and those that follow it there, and then frees the place.</summary>
    private async Task ServeAsync(HeldStage held, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        await Task.Yield();
        try
        {
            var begun = await BeginAsync(held, stoppingToken, graceToken).ConfigureAwait(false);
            while (begun is not null)
            {
                begun = await DoAsync(held, begun, stoppingToken, graceToken).ConfigureAwait(false);
                if (begun?.Start is { Brief: { } brief, Lease: { } lease })
                {
                    var next = held.FollowedBy(brief, _time.GetUtcNow());
                    if (_load.TryFollow(held, next))
                    {
                        held = next;
                        continue;
                    }

                    // It began in the very moment in which the worker was told to stop.
                    await _tasks.ExecuteAsync(held.Offer.Task, new ReleaseStage(brief.Stage, lease.Token), graceToken).ConfigureAwait(false);
                    return;
                }
            }
        }
#pragma warning disable CA1031 // A worker outlives whatever goes wrong with one offer; the task offers the stage again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!stoppingToken.IsCancellationRequested)
            {
                LogNotBegun(held.Offer.Task, held.Offer.Stage, exception);
                await Retries.WaitAsync(1, _tasks.Random, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _load.Release(held);
        }
    }

    /// <summary>Asks for the lease of what was offered; null when the stage is not for this worker.</summary>
    private async Task<BegunStage?> BeginAsync(HeldStage held, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        var offer = held.Offer;

        // A stop does not interrupt the request for the lease: what was granted unheard would be missed only when it runs out.
        var command = new StartStage(offer.Stage, _profile.Worker, _options.LeaseDuration) { Alone = _options.Concurrency == 1 };
        var askedAt = _time.GetTimestamp();
        var start = await _tasks.ExecuteAsync(offer.Task, command, graceToken).ConfigureAwait(false);
        if (start.Reason == RefusalReason.NotAlone && _load.WaitToBeAloneAsync(held) is { } alone)
        {
            LogWaitsToBeAlone(offer.Task, offer.Stage);
            await alone.WaitAsync(stoppingToken).ConfigureAwait(false);
            askedAt = _time.GetTimestamp();
            start = await _tasks.ExecuteAsync(offer.Task, command with { Alone = true }, graceToken).ConfigureAwait(false);
        }

        if (start.Lease is not null)
        {
            _refusals = 0;
            return new BegunStage(start, askedAt);
        }

        LogNotGiven(offer.Task, offer.Stage, start.Message);
        if (start.Reason is RefusalReason.InvalidInput or RefusalReason.OperationExpired or RefusalReason.OperationReused)
        {
            await StandAsideAsync(held, start.Message, stoppingToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Does a stage to its end. The next one when it began with that; else null.</summary>
    private async Task<BegunStage?> DoAsync(HeldStage held, BegunStage begun, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        var (task, stage, token) = (held.Offer.Task, held.Offer.Stage, begun.Start.Lease!.Token);
        LogBegun(task, stage, token);
        var execution = new StageExecution(_bench!, task, stage, begun.Start, begun.AskedAt, TakerNow);
        var ended = await execution.RunAsync(stoppingToken, graceToken).ConfigureAwait(false);
        LogEnded(task, stage, token, ended);
        if (ended == StageEnd.Completed)
        {
            _needs.NoteDone();
            _reporter?.Note(new EndedStage(held.Kind, _time.GetElapsedTime(begun.AskedAt)));
        }

        if (!execution.Work.IsCompleted)
        {
            LogIgnoresCancellation(task, stage);
            await execution.Work.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return execution.Next;
    }

    /// <summary>Without the kinds that are kept out at the moment.</summary>
    private StageTaker? TakerNow()
    {
        if (_taker is null || !_load.MayFollow)
        {
            return null;
        }

        var kinds = _load.Taken(_taker.Profile.Kinds);
        return kinds.IsEmpty ? null : _taker with { Profile = _taker.Profile with { Kinds = kinds } };
    }

    /// <summary>
    /// It is this worker and not the stage that is refused. Others may have the offer at once; this one takes nothing for a while that grows.
    /// </summary>
    private async Task StandAsideAsync(HeldStage held, string? why, CancellationToken stoppingToken)
    {
        var refusals = Interlocked.Increment(ref _refusals);
        if (refusals == 1)
        {
            LogRefused(held.Offer.Task, held.Offer.Stage, why);
        }

        _load.Close();
        await _intake!.GiveBackAsync(held.Queue, held.Offer).ConfigureAwait(false);
        await Refusals.WaitAsync(refusals, _tasks.Random, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _load.Open();
    }
}
