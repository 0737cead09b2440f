using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// Takes stages for workers that ask over HTTP: first from each queue in turn, without waiting; when all are empty it waits in all of them. What was taken for
/// a caller who is gone goes back.
/// </summary>
internal sealed class WorkIntake(IGrainFactory grains, TaskCalls calls, RemoteWorkers workers)
{
    /// <summary>How much later an answer of a queue may come before it is taken for lost.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>Offers that one question tries in vain; each queue holds some that have just been begun by others.</summary>
    private const int MaxRefusals = 8;

    /// <summary>How long it may take to give back what nobody waits for any more.</summary>
    private static readonly TimeSpan GiveBackTime = TimeSpan.FromSeconds(5);

    public async Task<ImmutableArray<WorkItem>> TakeAsync(WorkWish wish, CancellationToken gone)
    {
        var taken = ImmutableArray.CreateBuilder<WorkItem>();
        var refusals = 0;
        for (var empty = 0; empty < wish.Queues.Length && taken.Count < wish.Slots && refusals < MaxRefusals && !gone.IsCancellationRequested;)
        {
            try
            {
                var queue = wish.Queues[empty];
                if (await AskAsync(queue, wish.Profile, TimeSpan.Zero, gone) is not { } offer)
                {
                    empty++;
                }
                else if (await BeginAsync(queue, offer, wish) is { } item)
                {
                    taken.Add(item);
                }
                else
                {
                    refusals++;
                }
            }
            catch (Exception) when (taken.Count > 0)
            {
                // The caller gets what it holds leases of by now, and hears of the fault when it asks for more.
                break;
            }
        }

        if (taken.Count == 0 && wish.Wait > TimeSpan.Zero && wish.Slots > 0 && !gone.IsCancellationRequested)
        {
            await WaitAsync(wish, taken, gone);
        }

        if (gone.IsCancellationRequested && !wish.IsRemembered)
        {
            await GiveBackAsync(taken);
            taken.Clear();
        }

        return taken.ToImmutable();
    }

    /// <summary>Waits in all queues until one has something; what comes from the others in that moment is taken as well, or goes back.</summary>
    private async Task WaitAsync(WorkWish wish, ImmutableArray<WorkItem>.Builder taken, CancellationToken gone)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var asked = wish.Queues.Select(queue => WaitInAsync(queue)).ToList();
        ExceptionDispatchInfo? fault = null;
        await foreach (var answer in Task.WhenEach(asked))
        {
            try
            {
                var (queue, offer) = await answer;
                if (offer is null)
                {
                    continue;
                }

                if (fault is not null || taken.Count >= wish.Slots || gone.IsCancellationRequested)
                {
                    await grains.GetGrain<IStageQueueGrain>(queue).ReturnAsync(offer);
                }
                else if (await BeginAsync(queue, offer, wish) is { } item)
                {
                    taken.Add(item);
                    await enough.CancelAsync();
                }
            }
#pragma warning disable CA1031 // It is thrown when the answers of all queues are dealt with, unless the caller has something by then.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                fault ??= ExceptionDispatchInfo.Capture(exception);
                await enough.CancelAsync();
            }
        }

        if (taken.Count == 0)
        {
            fault?.Throw();
        }

        async Task<(string Queue, StageOffer? Offer)> WaitInAsync(string queue) => (queue, await AskAsync(queue, wish.Profile, wish.Wait, enough.Token));
    }

    private async Task<StageOffer?> AskAsync(string queue, WorkerProfile profile, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            var asked = grains.GetGrain<IStageQueueGrain>(queue).TakeAsync(profile, wait, cancellationToken);
            var offer = await asked.WaitAsync(wait + Slack, CancellationToken.None);
            return offer?.Check() is null ? offer : null;
        }
        catch (Exception exception) when (exception is OperationCanceledException || ClusterFailures.IsTransient(exception))
        {
            // Who waits asks again; a queue that cannot be reached has nothing for now.
            return null;
        }
    }

    /// <summary>Asks for the lease of what was offered; null when the stage is not for this worker.</summary>
    private async Task<WorkItem?> BeginAsync(string queue, StageOffer offer, WorkWish wish)
    {
        var start = await calls.Tasks.ExecuteAsync(
            offer.Task, new StartStage(offer.Stage, wish.Profile.Worker, wish.Lease) { Alone = wish.Slots == 1 }, CancellationToken.None);
        if (start.Lease is not { } lease)
        {
            if (start.Reason is RefusalReason.NotAlone or RefusalReason.InvalidInput)
            {
                await grains.GetGrain<IStageQueueGrain>(queue).ReturnAsync(offer);
            }

            return null;
        }

        StageBrief? brief = null;
        try
        {
            brief = start.Brief ?? (await calls.ReadAsync(offer.Task) is { } snapshot ? StageBrief.Of(snapshot.ToState(), lease.Token) : null);
        }
        finally
        {
            if (brief is null)
            {
                // The worker never hears of this lease, so nobody must wait for its end.
                await calls.Tasks.ExecuteAsync(offer.Task, new ReleaseStage(offer.Stage, lease.Token), CancellationToken.None);
            }
        }

        if (brief is null)
        {
            return null;
        }

        var key = new LeaseKey(offer.Task, offer.Stage, lease.Token, wish.Profile.Worker.Incarnation);
        workers.Hold(key, wish.Profile.Worker.Name, wish.Lease);
        return new WorkItem(
            offer.Task.Value,
            offer.Stage.Value,
            brief.Attempt,
            $"/api/work/{offer.Task}/{Uri.EscapeDataString(offer.Stage.Value)}",
            key.Text,
            wish.Lease.TotalSeconds,
            WorkApi.ReportEvery(wish.Lease),
            brief.Input.ToElement(),
            brief.Parameters?.ToElement(),
            [
                .. brief.Completed.SelectMany(output => output.Artifacts, (output, artifact) => new ArtifactItem(
                    output.Stage.Value, artifact.Name, ArtifactsApi.AddressOf(offer.Task, output.Stage, artifact.Name), artifact.Length, artifact.Sha256,
                    artifact.MediaType)),
            ]);
    }

    private async Task GiveBackAsync(IEnumerable<WorkItem> items)
    {
        using var patience = new CancellationTokenSource(GiveBackTime);
        foreach (var item in items)
        {
            if (LeaseKey.TryParse(item.TaskId, item.Stage, item.Lease, out var key, out _))
            {
                workers.End(key, isCompleted: false);
                await calls.Tasks.ExecuteAsync(key.Task, new ReleaseStage(key.Stage, key.Token), patience.Token);
            }
        }
    }
}

/// <summary>What a worker would take.</summary>
/// <param name="Profile">What it can do.</param>
/// <param name="Queues">Where it looks.</param>
/// <param name="Slots">How many stages at most.</param>
/// <param name="Wait">How long it waits for one.</param>
/// <param name="Lease">How long a lease holds without a report.</param>
/// <param name="IsRemembered">Whether the caller may ask for the same answer again.</param>
internal sealed record WorkWish(WorkerProfile Profile, ImmutableArray<string> Queues, int Slots, TimeSpan Wait, TimeSpan Lease, bool IsRemembered);
