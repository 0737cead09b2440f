using System.Collections.Immutable;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// Brings a queue what the index holds and the queue does not: at the start, when what is held runs out, when a delay ends, when an offer that was taken was
/// not started, and now and then, since word of a ready stage may get lost (T9). One question is under way at a time.
/// </summary>
internal sealed class QueueRefill(string name, StageQueue queue, ITaskIndex index, TimeProvider time, VideoGenDiagnostics diagnostics)
{
    /// <summary>A queue in which workers wait looks at the index at least this often.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Workers for whose kinds nothing is held look at the index at most this often.</summary>
    private static readonly TimeSpan LookForKindsEvery = TimeSpan.FromSeconds(1);

    /// <summary>Rows that are the same to a worker and to fairness, of one question: so many that no key waits for the next one.</summary>
    private const int PerKey = 1_000;

    /// <summary>When the index held nothing that was new, it is not asked again at once.</summary>
    private static readonly TimeSpan LookAgainAfterNothingNew = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether the last question brought nothing that was not held, or handed out, already.</summary>
    private bool _wasBarren;

    /// <summary>Half of what the last question brought.</summary>
    private int _refillBelow;
    private long _lookedAt;
    private long _lookedForKindsAt;
    private DateTimeOffset? _nextReadyAt;
    private bool _isRequested;
    private ImmutableArray<string>? _kinds;

    /// <summary>The question that is under way. It does not fail.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Asks for what is ready, as soon as no other question is under way.</summary>
    public void Request()
    {
        _isRequested = true;
        Start();
    }

    /// <summary>A worker took something, or waits: then what is held may not be enough.</summary>
    public void AfterTake(WorkerProfile? waiting)
    {
        if (queue.IsComplete || !queue.IsIndexed)
        {
            return;
        }

        if (queue.Count <= _refillBelow)
        {
            if (!_wasBarren || time.GetElapsedTime(_lookedAt) >= LookAgainAfterNothingNew)
            {
                Request();
            }
        }
        else if (waiting is not null && (_lookedForKindsAt == 0 || time.GetElapsedTime(_lookedForKindsAt) >= LookForKindsEvery))
        {
            // What is held is for others.
            _kinds = waiting.Kinds;
            Start();
        }
    }

    public Task TickAsync()
    {
        var unstarted = queue.ExpireHandedOut();
        var isOver = _nextReadyAt <= time.GetUtcNow();
        var isDue = queue.Waiting > 0 && time.GetElapsedTime(_lookedAt) >= LookEvery;
        if (unstarted || isOver || isDue)
        {
            Request();
        }
        else if (!queue.IsComplete && queue.WaitingGroups.FirstOrDefault() is { } group)
        {
            AfterTake(group.Profile);
        }

        return Running;
    }

    private void Start()
    {
        if (Running.IsCompleted)
        {
            Running = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (_isRequested || _kinds is not null)
            {
                if (_isRequested)
                {
                    _isRequested = false;
                    _lookedAt = time.GetTimestamp();
                    var arrivals = queue.Arrivals;
                    var now = time.GetUtcNow();
                    var page = await index.FindReadyAsync(QueryOf(now));
                    _nextReadyAt = page.NextReadyAt;
                    _refillBelow = page.Rows.Length / 2;
                    queue.IsComplete = page.IsComplete;
                    queue.Replace([.. page.Rows.Select(row => row.Offer)], arrivals);
                    _wasBarren = queue.Arrivals == arrivals;
                }
                else
                {
                    var kinds = _kinds;
                    _kinds = null;
                    _lookedForKindsAt = time.GetTimestamp();
                    var page = await index.FindReadyAsync(QueryOf(time.GetUtcNow()) with { Kinds = kinds });
                    queue.Add([.. page.Rows.Select(row => row.Offer)]);
                }
            }
        }
#pragma warning disable CA1031 // The next tick asks again; the queue goes on with what it holds and with what tasks offer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            diagnostics.StepFailed(name, "reading what is ready", exception);
        }
    }

    /// <summary>What was handed out and is not started yet is still in the index, and must not keep the rest from being read.</summary>
    private ReadyQuery QueryOf(DateTimeOffset now) => new(
        name, now, Math.Min(ReadyQuery.MaxLimit, StageQueue.Window + queue.TakenLately), Math.Min(ReadyQuery.MaxLimit, PerKey + queue.TakenLately));
}
