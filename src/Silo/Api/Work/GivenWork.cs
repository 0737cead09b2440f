using System.Collections.Immutable;

namespace VideoGen.Silo.Api.Work;

/// <summary>
/// What was given to workers that name their question by an Idempotency-Key. The same question gets the same stages, so that an answer that was lost on the way
/// leaves no stage with a worker that knows nothing of it.
/// </summary>
internal sealed class GivenWork(TimeProvider time)
{
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Worker, Guid Incarnation, string Key), Task<ImmutableArray<WorkItem>>> _given = [];
    private readonly Queue<((string Worker, Guid Incarnation, string Key) Key, DateTimeOffset At)> _order = [];

    /// <summary>The first answer to the question; it goes on when the one who asked first is gone.</summary>
    public Task<ImmutableArray<WorkItem>> AskOnceAsync(WorkWish wish, string key, Func<Task<ImmutableArray<WorkItem>>> take)
    {
        var question = (wish.Profile.Worker.Name, wish.Profile.Worker.Incarnation, key);
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (oldest.At + Memory < time.GetUtcNow() || _order.Count >= MaxRemembered))
            {
                _given.Remove(_order.Dequeue().Key);
            }

            if (_given.TryGetValue(question, out var known) && !known.IsFaulted && !known.IsCanceled)
            {
                return known;
            }

            var answer = TakeAsync(take);
            if (!_given.ContainsKey(question))
            {
                _order.Enqueue((question, time.GetUtcNow()));
            }

            _given[question] = answer;
            return answer;
        }
    }

    private static async Task<ImmutableArray<WorkItem>> TakeAsync(Func<Task<ImmutableArray<WorkItem>>> take)
    {
        await Task.Yield();
        return await take();
    }
}
