using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    /// <summary>
    /// What follows for the groups and for the task from the state of the stages. A task without a pipeline keeps the status that its orchestrator
    /// gave it, as in the Python system.
    /// </summary>
    private static TaskState Settle(TaskState state, DateTimeOffset now)
    {
        if (state.Pipeline is null || state.Status.IsFinished())
        {
            return Recalculate(state);
        }

        // A group may wait for another group, so ending one can end the next.
        TaskState before;
        do
        {
            before = state;
            foreach (var group in before.Stages)
            {
                if (group is { Plan.IsGroup: true } && !group.Status.IsFinished())
                {
                    state = SettleGroup(state, group, now);
                }
            }
        }
        while (!ReferenceEquals(before, state));

        var aborted = StageReadiness.IsAborted(state);
        var atWork = state.Stages.Any(stage => stage.Lease is not null);
        if (!atWork && (aborted || state.Stages.All(stage => stage.Status is RunStatus.Completed or RunStatus.Failed)))
        {
            var failed = aborted || state.Stages.Any(stage => stage.Status == RunStatus.Failed);
            state = NotPaused(state) with
            {
                Status = failed ? RunStatus.Failed : RunStatus.Completed,
                CompletedAt = now,
                Stages = state.Stages.Map(stage => stage is { Plan.IsGroup: true } ? Interrupted(stage, now) : stage),
            };
        }

        return Recalculate(state);
    }

    private static TaskState SettleGroup(TaskState state, StageState group, DateTimeOffset now)
    {
        var members = 0;
        var finished = 0;
        var failed = 0;
        DateTimeOffset? began = null;
        for (var i = 0; i < state.Stages.Count; i++)
        {
            if (state.Stages.GroupOf(i)?.Name != group.Name)
            {
                continue;
            }

            var stage = state.Stages[i];
            members++;
            finished += stage.Status.IsFinished() ? 1 : 0;
            failed += stage.Status == RunStatus.Failed ? 1 : 0;
            began = stage.StartedAt is { } started && (began is null || started < began) ? started : began;
        }

        var settled = group;
        if (finished == members && StageReadiness.UnmetDependency(state, group) is null)
        {
            settled = group with
            {
                Status = failed > 0 ? RunStatus.Failed : RunStatus.Completed,
                Progress = failed > 0 ? 0 : 1,
                Error = failed > 0 ? $"{failed} of {members} parts failed." : null,
                StartedAt = group.StartedAt ?? began ?? now,
                CompletedAt = now,
            };
        }
        else if (began is not null)
        {
            var progress = MeanOfMembers(state.Stages, group.Name);
            if (group.Status != RunStatus.Running || !progress.Equals(group.Progress))
            {
                settled = group with { Status = RunStatus.Running, StartedAt = group.StartedAt ?? began, Progress = progress };
            }
        }

        return ReferenceEquals(settled, group) ? state : state with { Stages = state.Stages.With(settled) };
    }

    private static StageMap UpdateGroupOf(StageMap stages, StageName member) =>
        stages.GroupOf(member) is { Plan.IsGroup: true, Status: RunStatus.Running } group
            ? stages.With(group with { Progress = MeanOfMembers(stages, group.Name) })
            : stages;

    private static double MeanOfMembers(StageMap stages, StageName group)
    {
        var members = 0;
        var sum = 0.0;
        for (var i = 0; i < stages.Count; i++)
        {
            if (stages.GroupOf(i)?.Name == group)
            {
                members++;
                sum += stages[i].Progress;
            }
        }

        return members == 0 ? 0 : sum / members;
    }

    private static TaskState Recalculate(TaskState state)
    {
        var overall = MeanOf(state.Stages);
        return overall.Equals(state.OverallProgress) ? state : state with { OverallProgress = overall };
    }

    /// <summary>The mean over all stages, as in the Python system; members of a group count through the group alone.</summary>
    private static double MeanOf(StageMap stages)
    {
        var counted = 0;
        var sum = 0.0;
        for (var i = 0; i < stages.Count; i++)
        {
            if (stages.GroupOf(i) is { Plan.IsGroup: true })
            {
                continue;
            }

            counted++;
            sum += stages[i].Progress;
        }

        return counted == 0 ? 0 : sum / counted;
    }
}
