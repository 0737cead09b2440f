using System.Collections.Immutable;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

/// <summary>What a worker holds, and so what it may still take. Every stage passes through here, so no race takes one too many.</summary>
internal sealed class WorkerLoad(int concurrency, ImmutableDictionary<string, int> limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<HeldStage> _held = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _keptOut = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDraining;
    private int _closings;
    private (HeldStage Stage, TaskCompletionSource Reached)? _alone;

    /// <summary>There may be room where there was none, or none where there was. On any thread; it must not throw.</summary>
    public event Action? Changed;

    /// <summary>Completes when nothing is taken any more and nothing is held.</summary>
    public Task Drained => _drained.Task;

    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _isDraining;
            }
        }
    }

    public ImmutableArray<HeldStage> Held
    {
        get
        {
            lock (_lock)
            {
                return [.. _held];
            }
        }
    }

    /// <summary>How many more stages of these kinds may be taken.</summary>
    public int RoomFor(ImmutableArray<string> kinds)
    {
        lock (_lock)
        {
            return _isDraining || _closings > 0 ? 0 : Math.Min(concurrency - _held.Count, kinds.Max(RoomOfKind));
        }
    }

    /// <summary>Takes a place for the offer; null when there is none, and somebody else must do it.</summary>
    public HeldStage? TryHold(string queue, StageOffer offer)
    {
        var stage = new HeldStage(queue, offer, time.GetUtcNow());
        lock (_lock)
        {
            if (_isDraining || _closings > 0 || _held.Count >= concurrency || RoomOfKind(stage.Kind) <= 0)
            {
                return null;
            }

            _held.Add(stage);
        }

        Changed?.Invoke();
        return stage;
    }

    /// <summary>Whether another stage may take the place of one that ends.</summary>
    public bool MayFollow
    {
        get
        {
            lock (_lock)
            {
                return !_isDraining && _closings == 0;
            }
        }
    }

    /// <summary>
    /// Another stage, which has begun, takes the place of one that has ended; a worker that drains does it, too. False when this worker must not do it.
    /// </summary>
    public bool TryFollow(HeldStage ended, HeldStage next)
    {
        lock (_lock)
        {
            if (_closings > 0 || _keptOut.Contains(next.Kind))
            {
                return false;
            }

            _held.Remove(ended);
            _held.Add(next);
        }

        // A kind with a limit of its own may have room now.
        Changed?.Invoke();
        return true;
    }

    public void Release(HeldStage stage)
    {
        lock (_lock)
        {
            _held.Remove(stage);
            if (ReferenceEquals(_alone?.Stage, stage))
            {
                _alone = null;
                _closings--;
            }

            CompleteIfAlone();
            CompleteIfDrained();
        }

        Changed?.Invoke();
    }

    /// <summary>From now on nothing is taken. Safe to repeat.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            _isDraining = true;
            CompleteIfDrained();
        }

        Changed?.Invoke();
    }

    /// <summary>
    /// Takes nothing until this stage is released, and completes when it is the only one. Null when another stage waits for that already: two that waited for
    /// each other would wait for ever.
    /// </summary>
    public Task? WaitToBeAloneAsync(HeldStage stage)
    {
        lock (_lock)
        {
            if (_alone is not null)
            {
                return null;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _alone = (stage, reached);
            _closings++;
            CompleteIfAlone();
            return reached.Task;
        }
    }

    /// <summary>Takes nothing until it is opened as often as it was closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closings++;
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _closings--;
        }

        Changed?.Invoke();
    }

    /// <summary>Takes nothing of the kind until it is let in again.</summary>
    public void KeepOut(string kind)
    {
        lock (_lock)
        {
            _keptOut.Add(kind);
        }

        Changed?.Invoke();
    }

    public void LetIn(string kind)
    {
        lock (_lock)
        {
            _keptOut.Remove(kind);
        }

        Changed?.Invoke();
    }

    /// <summary>Those of the kinds that are not kept out.</summary>
    public ImmutableArray<string> Taken(ImmutableArray<string> kinds)
    {
        lock (_lock)
        {
            return _keptOut.Count == 0 ? kinds : kinds.RemoveAll(_keptOut.Contains);
        }
    }

    private int RoomOfKind(string kind) =>
        _keptOut.Contains(kind) ? 0
        : limits.TryGetValue(kind, out var most) ? most - _held.Count(stage => stage.Kind == kind)
        : concurrency;

    private void CompleteIfAlone()
    {
        if (_held.Count == 1)
        {
            _alone?.Reached.TrySetResult();
        }
    }

    private void CompleteIfDrained()
    {
        if (_isDraining && _held.Count == 0)
        {
            _drained.TrySetResult();
        }
    }
}
