using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Offers the ready stages of one task to their queues, and again after a while until a worker takes them: an offer can be lost with its queue's
/// silo or with the worker that took it (T9).
/// </summary>
internal sealed class StageOffers(IGrainFactory grains, TimeProvider time)
{
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);

    /// <summary>When each was sent. One with another priority is another offer.</summary>
    private Dictionary<(string Stage, int Attempt, int Priority), DateTimeOffset> _offered = [];

    /// <summary>The next <see cref="SendAsync"/> repeats every offer, except those of the last second.</summary>
    public void Repeat()
    {
        var justNow = time.GetUtcNow() - TimeSpan.FromSeconds(1);
        _offered = _offered.Where(offer => offer.Value > justNow).ToDictionary();
    }

    /// <summary>Sends an offer of each ready stage, unless one was sent a short while ago.</summary>
    public async Task SendAsync(TaskState? state)
    {
        if (state?.Pipeline is null)
        {
            return;
        }

        var now = time.GetUtcNow();
        List<StageState> ready = [.. StageReadiness.Ready(state, now)];
        if (ready.Count == 0)
        {
            // The usual case: a report made no stage ready.
            _offered.Clear();
            return;
        }

        var kept = new Dictionary<(string Stage, int Attempt, int Priority), DateTimeOffset>();
        var due = new List<(string Queue, StageOffer Offer)>();
        foreach (var stage in ready)
        {
            var key = (stage.Name, stage.Attempt, state.Priority);
            if (_offered.TryGetValue(key, out var sent) && now - sent < RepeatAfter)
            {
                kept.Add(key, sent);
                continue;
            }

            kept.Add(key, now);
            due.Add((stage.Plan!.Queue, StageSchedules.OfferOf(state, stage)));
        }

        _offered = kept;
        foreach (var queue in due.GroupBy(item => item.Queue, item => item.Offer))
        {
            await grains.GetGrain<IStageQueueGrain>(queue.Key).OfferAsync([.. queue]);
        }
    }
}
