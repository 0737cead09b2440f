using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    private static TaskDecision Add(TaskState state, AddStage add)
    {
        if (state.Pipeline is not null)
        {
            return TaskDecision.InvalidState("The stages of this task come from its pipeline.");
        }

        if (state.Stages.Contains(add.Stage) || state.Status.IsFinished())
        {
            return new TaskDecision.Unchanged("There is nothing to add.");
        }

        return state.Stages.Count >= Limits.MaxStages
            ? TaskDecision.InvalidInput($"A task has at most {Limits.MaxStages} stages.")
            : new TaskDecision.Changed(state with { Stages = state.Stages.With(new StageState { Name = add.Stage }) });
    }

    private static TaskDecision Start(TaskState state, StartStage start, DecisionContext context)
    {
        if (state.Pipeline is not null)
        {
            if (start.Worker is null)
            {
                return TaskDecision.InvalidInput("A stage of a pipeline is started by a worker.");
            }

            if (!state.Stages.TryGet(start.Stage, out var planned))
            {
                return TaskDecision.NotFound($"The task has no stage '{start.Stage}'.");
            }

            if (StageReadiness.Obstacle(state, planned, context.Wall) is { } obstacle)
            {
                return TaskDecision.InvalidState(obstacle.RefusalOf(planned.Name));
            }

            if (planned.Plan?.Limits is not null && context.Granted != start.Stage)
            {
                // It was at work when its lease was asked for, so nobody asked its limits. Whoever asks again does.
                return TaskDecision.InvalidState($"Stage {planned.Name} has just become free, and needs slots of its limits before it is started. Ask again.");
            }

            if (start.Alone == false && planned.LostAttempts >= Limits.LostAttemptsBeforeAlone)
            {
                var why = StageObstacle.Alone(planned.LostAttempts).RefusalOf(planned.Name);
                return new TaskDecision.Refused(RefusalReason.NotAlone, why);
            }
        }
        else if (state.Status.IsFinished())
        {
            return new TaskDecision.Unchanged($"The task is {state.Status.ToWireName()}.");
        }
        else if (!state.Stages.Contains(start.Stage) && state.Stages.Count >= Limits.MaxStages)
        {
            return TaskDecision.InvalidInput($"A task has at most {Limits.MaxStages} stages.");
        }

        var stage = state.Stages.TryGet(start.Stage, out var present) ? present : new StageState { Name = start.Stage };
        if (start.Worker is null && stage.Lease is not null)
        {
            return TaskDecision.LeaseLost($"Stage {stage.Name} is being done by {stage.Lease.Worker.Name}.");
        }

        return Begin(state, stage, start.Worker, start.LeaseDuration, context);
    }

    /// <summary>Begins an attempt of a stage that may start.</summary>
    private static TaskDecision.Changed Begin(TaskState state, StageState stage, WorkerId? worker, TimeSpan leaseDuration, DecisionContext context)
    {
        var lease = worker is null ? null : new StageLease(worker, context.HighestToken + 1, context.Now + leaseDuration) { Duration = leaseDuration };
        var next = state with
        {
            Status = state.Pipeline is not null && state.Status == RunStatus.Pending ? RunStatus.Running : state.Status,
            StartedAt = state.StartedAt ?? (state.Pipeline is null ? null : context.Now),
            CurrentStage = stage.Name.Value,
            Stages = state.Stages.With(stage with
            {
                Status = RunStatus.Running,
                StartedAt = context.Now,
                CompletedAt = null,
                Progress = 0,
                Error = null,
                Metadata = stage.Metadata.Remove(StageState.MessageKey),
                MessageProgress = 0,
                ProgressSequence = 0,
                Units = null,
                NotBefore = null,
                Attempt = stage.Attempt + 1,
                CompletedBy = null,
                ReusedFrom = null,
                Lease = lease,
            }),
        };
        return new TaskDecision.Changed(Settle(next, context.Now), lease);
    }

    private static TaskDecision Complete(TaskState state, CompleteStage complete, DecisionContext context)
    {
        if (Objection(state, complete.Stage, complete.Token, context, out var stage) is { } objection)
        {
            return objection;
        }

        if (CommandBounds.Check(state, complete) is { } problem)
        {
            return TaskDecision.InvalidInput(problem);
        }

        var artifacts = stage.Artifacts
            .SetItems(complete.ArtifactAddresses)
            .SetItems(complete.Artifacts.Select(artifact => KeyValuePair.Create(artifact.Name, artifact.Uri)));
        var details = complete.Artifacts.IsEmpty
            ? stage.ArtifactDetails
            : (stage.ArtifactDetails ?? ImmutableSortedDictionary.Create<string, Artifact>(StringComparer.Ordinal))
                .SetItems(complete.Artifacts.Select(artifact => KeyValuePair.Create(artifact.Name, artifact)));
        if (artifacts.Count > Limits.MaxArtifacts)
        {
            return TaskDecision.InvalidInput($"Stage {stage.Name} would have {artifacts.Count} artifacts; {Limits.MaxArtifacts} is the most.");
        }

        var completed = WithLastWord(stage, complete.LastProgress) with
        {
            Status = RunStatus.Completed,
            Progress = 1,
            CompletedAt = stage.Status == RunStatus.Completed ? stage.CompletedAt : context.Now,
            Error = null,
            Artifacts = artifacts,
            ArtifactDetails = details,
            CompletedBy = stage.Lease?.Worker.Name ?? stage.CompletedBy,
            ReusedFrom = complete.ReusedFrom ?? (stage.Status == RunStatus.Completed ? stage.ReusedFrom : null),
            Lease = null,
            Units = null,
            FirstAdded = complete.FanOut.IsEmpty ? stage.FirstAdded : state.Stages.Count,
            AddedCount = complete.FanOut.IsEmpty ? stage.AddedCount : complete.FanOut.Length,
        };
        if (stage.Status == RunStatus.Completed && complete.Artifacts.IsEmpty && completed.Artifacts.SequenceEqual(stage.Artifacts)
            && complete.Warnings.IsEmpty && complete.TaskResult is null)
        {
            return new TaskDecision.Unchanged($"Stage {stage.Name} is completed already.");
        }

        var next = Settle(
            state with
            {
                Stages = complete.FanOut.IsEmpty ? state.Stages.With(completed) : state.Stages.With(completed).WithRange(complete.FanOut.Select(Planned)),
                Warnings = complete.Warnings.Aggregate(state.Warnings, Append),
                Result = complete.TaskResult ?? state.Result,
            },
            context.Now);
        return complete.Taker is { } taker && context.Granted is { Value: not null } name && next.Stages.TryGet(name, out var granted)
            && StageContinuation.IsPlain(granted) && StageReadiness.Obstacle(next, granted, context.Wall) is null
            ? Begin(next, granted, taker.Profile.Worker, taker.LeaseDuration, context)
            : new TaskDecision.Changed(next);
    }

    private static TaskDecision Fail(TaskState state, FailStage fail, DecisionContext context) =>
        Objection(state, fail.Stage, fail.Token, context, out var stage) is { } objection
            ? objection
            : new TaskDecision.Changed(Settle(Failed(state, WithLastWord(stage, fail.LastProgress), fail, context), context.Now));

    private static TaskDecision LoseWorker(TaskState state, DeclareWorkerLost lost, DecisionContext context)
    {
        var next = state;
        foreach (var stage in state.Stages)
        {
            if (stage.Lease?.Worker.Name == lost.WorkerName)
            {
                next = Lost(next, stage, context);
            }
        }

        return ReferenceEquals(next, state)
            ? new TaskDecision.Unchanged($"Worker {lost.WorkerName} holds no stage of this task.")
            : new TaskDecision.Changed(Settle(next, context.Now));
    }

    /// <summary>A finished task stays as it is (T6). One that failed for its lost workers is for <see cref="RetryTask"/>, which counts anew as well.</summary>
    private static TaskDecision Restart(TaskState state, RestartWorker restart, DateTimeOffset now)
    {
        if (state.Status.IsFinished())
        {
            return new TaskDecision.Unchanged($"The task is {state.Status.ToWireName()}.");
        }

        var stages = state.Stages.Map(stage =>
        {
            var released = stage.Lease?.Worker.Name == restart.WorkerName ? GivenBack(stage, now) : stage;
            return released.LostAttempts == 0 || released.Status.IsFinished() ? released : released with { LostAttempts = 0 };
        });
        return ReferenceEquals(stages, state.Stages)
            ? new TaskDecision.Unchanged($"Worker {restart.WorkerName} holds no stage of this task, and none was lost.")
            : new TaskDecision.Changed(Settle(state with { Stages = stages }, now));
    }

    /// <summary>
    /// Null for the holder of the newest lease, who alone may go on (T7). A finished task absorbs the report (T6). An unknown stage of a task without a
    /// pipeline is no error, as in the Python system.
    /// </summary>
    private static TaskDecision? Objection(TaskState state, StageName name, long? token, DecisionContext context, out StageState stage)
    {
        var known = state.Stages.TryGet(name, out var found);
        stage = found ?? new StageState { Name = name };
        if (state.Status.IsFinished())
        {
            return new TaskDecision.Unchanged($"The task is {state.Status.ToWireName()}.");
        }

        if (!known)
        {
            return state.Pipeline is null
                ? new TaskDecision.Unchanged($"The task has no stage '{name}'.")
                : TaskDecision.NotFound($"The task has no stage '{name}'.");
        }

        if (stage.Lease is null)
        {
            return state.Pipeline is null && token is null ? null : TaskDecision.LeaseLost($"Nobody holds stage {name}; it is {stage.Status.ToWireName()}.");
        }

        if (stage.Lease.Token != token)
        {
            return TaskDecision.LeaseLost($"Stage {name} is held by {stage.Lease.Worker.Name} under token {stage.Lease.Token}.");
        }

        return context.IsOver(stage) ? TaskDecision.LeaseLost($"The lease of stage {name} has expired.") : null;
    }

    private static TaskState Failed(TaskState state, StageState stage, FailStage fail, DecisionContext context)
    {
        var policy = stage.Plan?.RetryPolicy ?? RetryPolicy.None;
        var failures = stage.FailedAttempts + 1;
        var error = MessageText.Cut(fail.Error);
        if (fail.RetryAfter is { } wait && state.Pipeline is not null)
        {
            // Whom it asked is busy, which says nothing of the stage: none of its attempts is used up.
            var asked = Ended(stage, FormerAttempt.Released, error, context.Now);
            return state with { Stages = state.Stages.With(Waiting(asked) with { Error = error, NotBefore = context.Wall + wait }) };
        }

        var attempt = stage.Attempt > 1 ? $" (attempt {stage.Attempt})" : "";
        var over = Ended(stage, FormerAttempt.Failed, error, context.Now);
        if (fail.Retryable && failures < policy.MaxAttempts && !policy.NonRetryableCodes.Contains(fail.Code ?? ""))
        {
            var delay = policy.DelayAfter(failures, Draw(state.TaskId, stage));
            var note = string.Create(CultureInfo.InvariantCulture, $"{stage.Name}: {error}{attempt} It is tried again in {delay.TotalSeconds:0.#} s.");
            return state with
            {
                Stages = state.Stages.With(Waiting(over) with { Error = error, FailedAttempts = failures, NotBefore = context.Wall + delay }),
                Warnings = Append(state.Warnings, note),
            };
        }

        return state with
        {
            Stages = state.Stages.With(over with
            {
                Status = RunStatus.Failed,
                Progress = 0,
                Error = error,
                CompletedAt = context.Now,
                FailedAttempts = failures,
                Units = null,
            }),
            Errors = Append(state.Errors, $"{stage.Name}: {error}{attempt}"),
        };
    }

    private static StageState Waiting(StageState stage) =>
        stage with { Status = RunStatus.Pending, Progress = 0, Lease = null, Units = null, NotBefore = null };

    /// <summary>The jitter of a retry, in [0, 1): from the attempt's own name, so that deciding again gives the same delay.</summary>
    private static double Draw(TaskId task, StageState stage) =>
        (XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{task}/{stage.Name}/{stage.Attempt}")) >> 11) * (1.0 / (1UL << 53));
}
