using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Slots;

/// <summary>
/// One limit. What it knows is what the stored leases say, so no slot can leak: one that is held by nobody is free as soon as its lease is gone from the
/// store, whatever word got lost on the way.
/// </summary>
[GrainType("limit")]
[Reentrant]
internal sealed class LimitGrain : Grain, ILimitGrain
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly string? _objection;
    private readonly SlotBook _slots;
    private readonly LimitUpkeep _upkeep;

    private IGrainTimer? _soon;

    public LimitGrain(IGrainContext context, ITaskIndex index, TimeProvider time, VideoGenDiagnostics diagnostics)
    {
        _time = time;
        _name = context.GrainId.Key.ToString()!;
        _objection = LimitName.Check(_name);
        _slots = new SlotBook(time, _name);
        _upkeep = new LimitUpkeep(_name, _slots, index, () => GrainFactory.GetGrain<IClusterSettingsGrain>(0).ReadAsync(), time, diagnostics);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_objection is null)
        {
            await _upkeep.LookAsync();
            this.RegisterGrainTimer(_upkeep.TickAsync, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true });
        }
    }

    public async Task<bool> AcquireAsync(string queue, int weight, TimeSpan wait, CancellationToken cancellationToken)
    {
        RefuseUnlessLimit();
        if (weight is < 1 or > StageLimit.MaxWeight)
        {
            throw new ArgumentException($"An attempt takes 1 to {StageLimit.MaxWeight} slots of limit {_name}, not {weight}.", nameof(weight));
        }

        var taken = _slots.AcquireAsync(queue, weight, wait < ILimitGrain.MaxWait ? wait : ILimitGrain.MaxWait, cancellationToken);
        WakeInTime();
        return await taken;
    }

    public Task GiveBackAsync(string queue, int weight)
    {
        _slots.GiveBack(queue, weight);
        return Task.CompletedTask;
    }

    public Task<string?> UseAsync(SlotUse use)
    {
        RefuseUnlessLimit();
        ArgumentNullException.ThrowIfNull(use);
        return Task.FromResult(_slots.Use(use)?.RefusalOf(use.Stage));
    }

    public Task HoldAsync(SlotUse use)
    {
        RefuseUnlessLimit();
        ArgumentNullException.ThrowIfNull(use);
        _slots.Hold(use);
        return Task.CompletedTask;
    }

    public Task EndAsync(TaskId task, StageName stage)
    {
        _slots.End(task, stage);
        WakeInTime();
        return Task.CompletedTask;
    }

    public Task RestAsync(TimeSpan wait, string reason)
    {
        RefuseUnlessLimit();
        _slots.Rest(_time.GetUtcNow() + (wait < Limits.MaxRetryAfter ? wait : Limits.MaxRetryAfter), MessageText.Cut(reason ?? ""));
        WakeInTime();
        return Task.CompletedTask;
    }

    public Task ChangedAsync(LimitDefinition? limit)
    {
        RefuseUnlessLimit();
        _slots.Define(limit);
        return Task.CompletedTask;
    }

    public Task<LimitStatus> InspectAsync()
    {
        RefuseUnlessLimit();
        return Task.FromResult(new LimitStatus(
            _slots.Definition,
            _slots.Used,
            [.. _slots.Holders.Take(LimitStatus.MaxHolders)],
            _slots.Waiters,
            _slots.RestsUntil > _time.GetUtcNow() ? _slots.RestsUntil : null,
            _slots.RestReason,
            _slots.NextAt));
    }

    public Task<StageObstacle?> ExplainAsync(int weight)
    {
        RefuseUnlessLimit();
        return Task.FromResult(_slots.Obstacle(weight));
    }

    /// <summary>Time alone may free a slot sooner than the next tick.</summary>
    private void WakeInTime()
    {
        if (_slots.Waiters > 0 && _slots.NextAt is { } next)
        {
            var wait = next - _time.GetUtcNow();
            _soon?.Dispose();
            _soon = wait >= TickInterval ? null : this.RegisterGrainTimer(
                () =>
                {
                    _slots.Pump();
                    WakeInTime();
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
    }

    private void RefuseUnlessLimit()
    {
        if (_objection is not null)
        {
            DeactivateOnIdle();
            throw new ArgumentException(_objection);
        }
    }
}
