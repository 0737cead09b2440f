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
    /// <summary>
    /// A limit that comes up gives nothing out for so long: a former activation may have given out slots whose leases are being stored. Without an index it
    /// waits until holders have said what they hold, which they do with their next report.
    /// </summary>
    private static readonly TimeSpan SettleFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SettleWithoutIndexFor = TimeSpan.FromSeconds(5);

    /// <summary>How often a limit for which somebody waits compares itself with the store and with its definition.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly ITaskIndex _index;
    private readonly TimeProvider _time;
    private readonly VideoGenDiagnostics _diagnostics;
    private readonly string _name;
    private readonly string? _objection;
    private readonly SlotBook _slots;
    private readonly long _began;

    private long _lookedAt;
    private bool _isLooking;
    private IGrainTimer? _soon;

    public LimitGrain(IGrainContext context, ITaskIndex index, TimeProvider time, VideoGenDiagnostics diagnostics)
    {
        _index = index;
        _time = time;
        _diagnostics = diagnostics;
        _name = context.GrainId.Key.ToString()!;
        _objection = LimitName.Check(_name);
        _slots = new SlotBook(time);
        _began = time.GetTimestamp();
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_objection is null)
        {
            await LookAsync();
            this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TickInterval, TickInterval) { Interleave = true });
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

    private async Task TickAsync()
    {
        if (!_slots.IsSettled && _time.GetElapsedTime(_began) >= (_index.KeepsSchedules ? SettleFor : SettleWithoutIndexFor))
        {
            await LookAsync();
            _slots.IsSettled = true;
        }
        else if (_slots.Waiters > 0 && _time.GetElapsedTime(_lookedAt) >= LookEvery)
        {
            await LookAsync();
        }

        _slots.Pump();
    }

    /// <summary>Reads the definition, and who holds slots.</summary>
    private async Task LookAsync()
    {
        if (_isLooking)
        {
            return;
        }

        _isLooking = true;
        _lookedAt = _time.GetTimestamp();
        try
        {
            var settings = await GrainFactory.GetGrain<IClusterSettingsGrain>(0).ReadAsync();
            _slots.Define(settings.Limits.GetValueOrDefault(_name));
            if (_index.KeepsSchedules)
            {
                var holders = await _index.FindHoldersAsync(_name);
                _slots.Settle([.. holders.Select(holder => new SlotUse(holder.Task, holder.Stage, "", holder.Weight, holder.Worker))]);
            }
        }
#pragma warning disable CA1031 // The next look repeats it; a limit that does not know better goes on with what it knows.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _diagnostics.StepFailed(_name, "reading who holds a limit", exception);
        }
        finally
        {
            _isLooking = false;
        }
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
