using System.Reflection;
using VideoGen.Grains.Slots;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// The grains that an activation of a task calls: one limit, and queues that are open and let a worker go on with whatever is next. A proxy, since a class that
/// implements a grain's interface would be taken for one by the silos of other tests.
/// </summary>
#pragma warning disable CA1852 // The proxy derives from it at run time.
internal class SimulatedGrains : DispatchProxy
#pragma warning restore CA1852
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    private SimulatedLimit _limit = null!;
    private Func<bool> _isCallerDead = null!;

    /// <param name="limit">The only one.</param>
    /// <param name="isCallerDead">Nothing comes from a dead caller any more, and nothing to it.</param>
    public static IGrainFactory Create(SimulatedLimit limit, Func<bool> isCallerDead) => Make<IGrainFactory>(limit, isCallerDead);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IGrainFactory.GetGrain))
        {
            return targetMethod.GetGenericArguments()[0] == typeof(ILimitGrain)
                ? Make<ILimitGrain>(_limit, _isCallerDead)
                : Make<IStageQueueGrain>(_limit, _isCallerDead);
        }

        return (targetMethod.Name, args) switch
        {
            (nameof(IStageQueueGrain.AdmitAsync), _) => Task.FromResult(new QueueAdmission(null)),
            (nameof(IStageQueueGrain.ContinueAsync), [StageOffer, WorkerProfile]) => Task.FromResult(true),
            (nameof(IStageQueueGrain.ForgoAsync), _) => Task.CompletedTask,
            (nameof(ILimitGrain.UseAsync), [SlotUse use]) => UseAsync(use),
            (nameof(ILimitGrain.HoldAsync), [SlotUse use]) => Tell(slots => slots.Hold(use)),
            (nameof(ILimitGrain.EndAsync), [TaskId task, StageName stage]) => Tell(slots => slots.End(task, stage)),
            _ => throw new NotSupportedException($"{targetMethod.DeclaringType!.Name}.{targetMethod.Name} is not simulated."),
        };
    }

    private static T Make<T>(SimulatedLimit limit, Func<bool> isCallerDead)
        where T : class
    {
        var made = Create<T, SimulatedGrains>();
        var grains = (SimulatedGrains)(object)made;
        grains._limit = limit;
        grains._isCallerDead = isCallerDead;
        return made;
    }

    private async Task<string?> UseAsync(SlotUse use)
    {
        if (_isCallerDead())
        {
            await Never;
        }

        var objection = await _limit.CallAsync(slots => slots.Use(use)?.RefusalOf(use.Stage));
        if (_isCallerDead())
        {
            await Never;
        }

        return objection;
    }

    private Task Tell(Action<SlotBook> word)
    {
        if (!_isCallerDead())
        {
            _limit.Tell(word);
        }

        return Task.CompletedTask;
    }
}
