using Orleans.Runtime;

namespace VideoGen.Grains.Activation;

/// <summary>
/// The activations of this silo whose tasks have nothing at work and nobody who watches. A few stay for whoever calls next; past that number, the one that is
/// idle the longest ends, so that tasks that wait cost no memory however many were just made.
/// </summary>
internal sealed class IdleTasks
{
    /// <summary>Idle activations that a silo keeps for as long as it collects none.</summary>
    public const int MaxKept = 2_000;

    private static readonly DeactivationReason NothingToDo = new(DeactivationReasonCode.ActivationIdle, "The task has nothing at work and nobody who watches.");

    private readonly Lock _gate = new();
    private readonly LinkedList<IGrainContext> _idle = [];
    private readonly Dictionary<IGrainContext, LinkedListNode<IGrainContext>> _nodes = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _nodes.Count;
            }
        }
    }

    /// <summary>The activation is idle since now.</summary>
    public void Add(IGrainContext activation)
    {
        IGrainContext? last = null;
        lock (_gate)
        {
            if (_nodes.TryGetValue(activation, out var node))
            {
                _idle.Remove(node);
                _idle.AddFirst(node);
            }
            else
            {
                _nodes.Add(activation, _idle.AddFirst(activation));
            }

            if (_nodes.Count > MaxKept)
            {
                last = _idle.Last!.Value;
                _idle.RemoveLast();
                _nodes.Remove(last);
            }
        }

        last?.Deactivate(NothingToDo);
    }

    /// <summary>The activation has something to do, or has ended.</summary>
    public void Remove(IGrainContext activation)
    {
        lock (_gate)
        {
            if (_nodes.Remove(activation, out var node))
            {
                _idle.Remove(node);
            }
        }
    }
}
