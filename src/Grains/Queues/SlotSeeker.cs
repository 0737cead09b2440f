using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Slots;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Gets slots for offers that name limits: for one set of limits at a time one attempt's, and only while an offer and a worker wait for them. It waits at the
/// one limit that has none free, and holds no slot of another while it does.
/// </summary>
internal sealed class SlotSeeker(string queueName, StageQueue queue, IGrainFactory grains, TimeProvider time, VideoGenDiagnostics diagnostics)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Starts to ask for slots of the set, unless that is under way.</summary>
    public void Serve(LimitSet set)
    {
        if (!set.IsServed)
        {
            set.IsServed = true;
            _ = ServeAsync(set);
        }
    }

    private async Task ServeAsync(LimitSet set)
    {
        // The caller is in the middle of handing out.
        await Task.Yield();
        StageLimit? waited = null;
        while (queue.Wants(set))
        {
            try
            {
                var missing = await TakeAsync(set, waited);
                waited = null;
                if (missing is null)
                {
                    set.IsFull = false;
                    if (queue.Grant(set) is null)
                    {
                        GiveBack(set.Limits);
                    }

                    continue;
                }

                if (!set.IsFull)
                {
                    // Workers that wait may do what needs no slots of these.
                    set.IsFull = true;
                    queue.Match();
                }

                waited = await grains.GetGrain<ILimitGrain>(missing.Name).AcquireAsync(queueName, missing.Weight, ILimitGrain.MaxWait) ? missing : null;
            }
#pragma warning disable CA1031 // Whatever it was, offers and workers still wait.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                diagnostics.StepFailed(queueName, "asking for slots of a limit", exception);
                waited = null;
                await Task.Delay(PauseAfterFailure, time);
            }
        }

        if (waited is not null)
        {
            GiveBack([waited]);
        }

        set.IsFull = false;
        set.IsServed = false;
    }

    /// <summary>Takes slots of all limits of the set, one of which it may have already. Null when it has them; else the limit that has none free.</summary>
    private async Task<StageLimit?> TakeAsync(LimitSet set, StageLimit? held)
    {
        List<StageLimit> taken = held is null ? [] : [held];
        foreach (var limit in set.Limits.Where(limit => limit != held))
        {
            if (!await grains.GetGrain<ILimitGrain>(limit.Name).AcquireAsync(queueName, limit.Weight, TimeSpan.Zero))
            {
                GiveBack(taken);
                return limit;
            }

            taken.Add(limit);
        }

        return null;
    }

    private void GiveBack(IEnumerable<StageLimit> limits)
    {
        foreach (var limit in limits)
        {
            _ = grains.GetGrain<ILimitGrain>(limit.Name).GiveBackAsync(queueName, limit.Weight);
        }
    }
}
