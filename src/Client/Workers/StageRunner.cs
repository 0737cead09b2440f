using Microsoft.Extensions.Logging;
using VideoGen.Client.Diagnostics;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Client.Workers;

/// <summary>Does what offers bring: asks for the lease, does the stage to its end, and goes on in the same place with what follows.</summary>
internal sealed partial class StageRunner(Workbench bench, WorkerProfile profile, WorkerLoad load)
{
    /// <summary>How long a place stays empty after a stage could not be begun in it.</summary>
    private static readonly Backoff Retries = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));

    /// <summary>How long a worker that is refused whatever it asks for leaves the offers to others.</summary>
    private static readonly Backoff Refusals = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    /// <summary>The worker as one who goes on with the next stage of a task; null when it does not.</summary>
    private readonly StageTaker? _taker = TakerOf(bench.Options, profile);
    private readonly ILogger _logger = bench.Logger;
    private int _refusals;

    /// <summary>Gives an offer to others.</summary>
    public required Func<HeldStage, Task> GiveBack { private get; init; }

    /// <summary>Called with each stage that was completed.</summary>
    public required Action<EndedStage> Done { private get; init; }

    /// <summary>Does one stage in the place that it has, and those that follow it there, and then frees the place.</summary>
    public async Task RunAsync(HeldStage held, CancellationToken stoppingToken, CancellationToken graceToken)
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
                    var next = held.FollowedBy(brief, bench.Time.GetUtcNow());
                    if (!stoppingToken.IsCancellationRequested && load.TryFollow(held, next))
                    {
                        held = next;
                        continue;
                    }

                    // It began in the very moment in which the worker had to stop, or found that it lacks what the stage needs.
                    await bench.Tasks.ExecuteAsync(held.Offer.Task, new ReleaseStage(brief.Stage, lease.Token), graceToken).ConfigureAwait(false);
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
                await Retries.WaitAsync(1, bench.Tasks.Random, bench.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            load.Release(held);
        }
    }

    /// <summary>Asks for the lease of what was offered; null when the stage is not for this worker.</summary>
    private async Task<BegunStage?> BeginAsync(HeldStage held, CancellationToken stoppingToken, CancellationToken graceToken)
    {
        var offer = held.Offer;

        // A stop does not interrupt the request for the lease: what was granted unheard would be missed only when it runs out.
        var command = new StartStage(offer.Stage, profile.Worker, bench.Options.LeaseDuration) { Alone = bench.Options.Concurrency == 1 };
        var askedAt = bench.Time.GetTimestamp();
        var start = await bench.Tasks.ExecuteAsync(offer.Task, command, graceToken).ConfigureAwait(false);
        if (start.Reason == RefusalReason.NotAlone && load.WaitToBeAloneAsync(held) is { } alone)
        {
            LogWaitsToBeAlone(offer.Task, offer.Stage);
            await alone.WaitAsync(stoppingToken).ConfigureAwait(false);
            askedAt = bench.Time.GetTimestamp();
            start = await bench.Tasks.ExecuteAsync(offer.Task, command with { Alone = true }, graceToken).ConfigureAwait(false);
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
        using var span = StageTelemetry.Begin(task, stage, begun.Start.Brief, token, profile.Worker.Name);
        var execution = new StageExecution(bench, task, stage, begun.Start, begun.AskedAt, TakerNow);
        var ended = await execution.RunAsync(stoppingToken, graceToken).ConfigureAwait(false);
        LogEnded(task, stage, token, ended);
        StageTelemetry.End(
            span, held.Kind, ended.ToString(), ended is StageEnd.Failed or StageEnd.Abandoned, bench.Time.GetElapsedTime(begun.AskedAt));
        if (ended == StageEnd.Completed)
        {
            bench.Needs.NoteDone();
            Done(new EndedStage(held.Kind, bench.Time.GetElapsedTime(begun.AskedAt)));
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
        if (_taker is null || !load.MayFollow)
        {
            return null;
        }

        var kinds = load.Taken(_taker.Profile.Kinds);
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

        load.Close();
        await GiveBack(held).ConfigureAwait(false);
        await Refusals.WaitAsync(refusals, bench.Tasks.Random, bench.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        load.Open();
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
}
