using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Queues;

/// <summary>
/// What a stage needs from outside its task before its lease is stored: an open queue, and slots of the limits that it names. One for each activation of a
/// task. It also tells the limits when a lease that holds slots is gone.
/// </summary>
internal sealed class StartAdmission(IGrainFactory grains, QueueGates gates)
{
    /// <summary>Stages whose lease holds slots, or is about to.</summary>
    private readonly Dictionary<StageName, Held> _held = [];

    /// <summary>Why the stage cannot be started now, for a person; null when it can. It holds its slots then.</summary>
    public async ValueTask<string?> ObjectionAsync(TaskId task, StageState stage, WorkerId worker)
    {
        var plan = stage.Plan!;
        if (await gates.PauseOfAsync(plan.Queue) is { } pause)
        {
            return StageObstacle.QueuePaused(pause).RefusalOf(stage.Name);
        }

        return plan.Limits is null ? null : await TakeSlotsAsync(task, stage, worker);
    }

    /// <summary>What the start came to is stored: without a lease, the slots are free again.</summary>
    public void Settled(TaskId task, StageName name, TaskState? state)
    {
        if (_held.TryGetValue(name, out var held) && held.Token is null)
        {
            if (state is not null && state.Stages.TryGet(name, out var stage) && stage.Lease is { } lease)
            {
                held.Token = lease.Token;
            }
            else
            {
                _held.Remove(name);
                End(task, name, held);
            }
        }
    }

    /// <summary>
    /// Whether the start was stored is not known: its slots stay taken until a durable state says so. A limit that gave them away now might find the lease in
    /// the store later.
    /// </summary>
    public void LeaveInDoubt(StageName name)
    {
        if (_held.TryGetValue(name, out var held) && held.Token is null)
        {
            held.IsInDoubt = true;
        }
    }

    /// <summary>The attempt is about to end because whom it asked is busy: when that is stored, its limits rest before they have its slots back.</summary>
    public void Rest(TaskId task, FailStage fail)
    {
        if (fail is { RetryAfter: { } wait, Error: { } error } && _held.TryGetValue(fail.Stage, out var held) && held.Token == fail.Token)
        {
            // A name that the stage does not have is a slip: then all of its limits rest, rather than none.
            var only = held.Limits.Contains(fail.RestingLimit ?? "") ? fail.RestingLimit : null;
            held.Rest = (wait, $"{task}/{fail.Stage} was told to come again then: {error}", only);
        }
    }

    /// <summary>That was refused, and nothing of it is stored.</summary>
    public void NoRest(FailStage fail)
    {
        if (_held.TryGetValue(fail.Stage, out var held) && held.Token == fail.Token)
        {
            held.Rest = null;
        }
    }

    /// <summary>Reads off the stored state whose leases are gone, and says so to the limits.</summary>
    public void Published(string task, TaskState? state)
    {
        if (_held.Count == 0)
        {
            return;
        }

        foreach (var (name, held) in _held.Where(entry => entry.Value is { Token: not null } or { IsInDoubt: true }).ToList())
        {
            held.Token ??= state?.Stages.TryGet(name, out var doubted) == true ? doubted.Lease?.Token : null;
            if (state is null || !state.Stages.TryGet(name, out var stage) || stage.Lease is not { } lease || lease.Token != held.Token)
            {
                _held.Remove(name);
                End(TaskId.Parse(task), name, held);
            }
        }
    }

    /// <summary>An activation comes up: it says what its leases hold, since a limit may have forgotten.</summary>
    public void Loaded(TaskState? state)
    {
        foreach (var stage in state?.Stages ?? StageMap.Empty)
        {
            if (stage is { Lease: { } lease, Plan.Limits: { } limits })
            {
                _held[stage.Name] = new Held([.. limits.Select(limit => limit.Name)]) { Token = lease.Token };
                foreach (var limit in limits)
                {
                    _ = grains.GetGrain<ILimitGrain>(limit.Name)
                        .HoldAsync(new SlotUse(state!.TaskId, stage.Name, stage.Plan.Queue, limit.Weight, lease.Worker.Name));
                }
            }
        }
    }

    private async Task<string?> TakeSlotsAsync(TaskId task, StageState stage, WorkerId worker)
    {
        var taken = new List<string>();
        foreach (var limit in stage.Plan!.Limits!.Value)
        {
            var use = new SlotUse(task, stage.Name, stage.Plan.Queue, limit.Weight, worker.Name);
            if (await grains.GetGrain<ILimitGrain>(limit.Name).UseAsync(use) is { } problem)
            {
                if (!_held.ContainsKey(stage.Name))
                {
                    // Otherwise they are those of another start of the same stage, which is about to be stored.
                    End(task, stage.Name, new Held(taken));
                }

                return problem;
            }

            taken.Add(limit.Name);
        }

        _held[stage.Name] = new Held(taken);
        return null;
    }

    private void End(TaskId task, StageName stage, Held held)
    {
        foreach (var name in held.Limits)
        {
            var limit = grains.GetGrain<ILimitGrain>(name);
            if (held.Rest is { } rest && (rest.Limit is null || rest.Limit == name))
            {
                _ = limit.RestAsync(rest.Wait, rest.Reason);
            }

            _ = limit.EndAsync(task, stage);
        }
    }

    /// <param name="limits">Their names.</param>
    private sealed class Held(List<string> limits)
    {
        public List<string> Limits => limits;

        /// <summary>The token of the lease; null while it is not stored yet.</summary>
        public long? Token { get; set; }

        /// <summary>Whether it is unknown if there is a lease.</summary>
        public bool IsInDoubt { get; set; }

        /// <summary>For how long the limits rest when the lease has ended, and why; null for an end that says nothing of them.</summary>
        public (TimeSpan Wait, string Reason, string? Limit)? Rest { get; set; }
    }
}
