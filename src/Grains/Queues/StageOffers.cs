using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Offers the ready stages of one task to their queues. An offer can be lost with its queue's silo or with the worker that took it (T9): where the store keeps
/// the schedules of tasks, the queue finds it there; elsewhere it is repeated after a while until a worker takes it.
/// </summary>
internal sealed class StageOffers(GrainReferences<IStageQueueGrain> queues, TimeProvider time, bool isRepeated)
{
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);

    /// <summary>When each was sent. One with another priority is another offer.</summary>
    private Dictionary<(StageName Stage, int Attempt, int Priority), DateTimeOffset> _offered = [];

    /// <summary>False until the task was loaded: what stood in the store then, the queue finds there.</summary>
    private bool _isLoaded;

    /// <summary>The next <see cref="SendAsync"/> repeats every offer, except those of the last second.</summary>
    public void Repeat()
    {
        var justNow = time.GetUtcNow() - TimeSpan.FromSeconds(1);
        _offered = _offered.Where(offer => offer.Value > justNow).ToDictionary();
    }

    /// <summary>Sends an offer of each ready stage, unless one was sent that need not be repeated yet.</summary>
    public async Task SendAsync(TaskState? state)
    {
        var isNews = isRepeated || _isLoaded;
        _isLoaded = true;
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

        var kept = new Dictionary<(StageName Stage, int Attempt, int Priority), DateTimeOffset>();
        var due = new List<(string Queue, StageOffer Offer)>();
        foreach (var stage in ready)
        {
            var key = (stage.Name, stage.Attempt, state.Priority);
            if (_offered.TryGetValue(key, out var sent) && (!isRepeated || now - sent < RepeatAfter))
            {
                kept.Add(key, sent);
                continue;
            }

            kept.Add(key, isNews ? now : default);
            due.Add((stage.Plan!.Queue, StageSchedules.OfferOf(state, stage)));
        }

        _offered = kept;
        if (!isNews)
        {
            return;
        }

        foreach (var queue in due.GroupBy(item => item.Queue, item => item.Offer))
        {
            await queues[queue.Key].OfferAsync([.. queue]);
        }
    }
}
