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

    // Not disposed of: a host may stop its services once more when they are gone.
    private readonly CancellationTokenSource _givingBack;
    private Workbench? _bench;
    private OfferIntake? _intake;
    private WorkerReporter? _reporter;

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
        var runner = new StageRunner(_bench!, _profile, _load)
        {
            GiveBack = held => _intake!.GiveBackAsync(held.Queue, held.Offer),
            Done = ended => _reporter?.Note(ended),
        };
        _intake = new OfferIntake(_grains, streams, _load, _tasks.Random, _time, _logger)
        {
            Begin = held => _ = runner.RunAsync(held, stop.Token, grace.Token),
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
}
