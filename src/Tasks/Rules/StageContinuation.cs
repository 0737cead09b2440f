using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>The next stage of a task for the worker that completes one of it. Pure.</summary>
internal static class StageContinuation
{
    /// <summary>
    /// The first stage that waits for nothing but this completion and that the taker could begin at once, in the queue of the one that it completes; null when
    /// there is none. Stages that need slots of limits, that were suspect or that wait for a time go the usual way.
    /// </summary>
    public static StageState? Find(TaskState state, CompleteStage complete)
    {
        if (complete is not { Stage.Value: not null, Taker: { Profile: not null } taker, FanOut.IsDefaultOrEmpty: true }
            || state is not { Pipeline: not null, Status: RunStatus.Running }
            || StageSchedules.IsAborted(state)
            || !state.Stages.TryGet(complete.Stage, out var completed)
            || completed is not { Lease: { } lease, Plan: { } former }
            || lease.Token != complete.Token)
        {
            return null;
        }

        foreach (var stage in state.Stages)
        {
            if (IsPlain(stage) && stage.Plan!.Queue == former.Queue && stage.Plan.Dependencies.Contains(complete.Stage)
                && taker.Profile.CanDo(StageSchedules.OfferOf(state, stage))
                && StageSchedules.UnmetDependency(state, stage, besides: complete.Stage) is null)
            {
                return stage;
            }
        }

        return null;
    }

    /// <summary>Whether nothing but its dependencies can keep it from being begun by whoever can do it.</summary>
    public static bool IsPlain(StageState stage) =>
        stage is { Status: RunStatus.Pending, Lease: null, NotBefore: null, Plan: { IsGroup: false, Limits: null } }
        && stage.LostAttempts < Limits.LostAttemptsBeforeAlone;
}
