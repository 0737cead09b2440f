using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Tests;

/// <summary>Tasks in every state, built through the rules themselves.</summary>
internal static class Situations
{
    public const string WorkStage = "work";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly WorkerId Worker = new("worker-1", new Guid("0198c5f0-0000-7000-8000-000000000001"));

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public static DateTimeOffset Now => Start.AddSeconds(10);

    public static DecisionContext Context(int seconds = 10, long token = 7, string task = "t") => new(Start.AddSeconds(seconds), token, task);

    public static PipelineDefinition Pipeline(params StageDefinition[] stages) => new() { Name = "test", Stages = [.. stages] };

    public static StageDefinition Stage(string name, params string[] dependsOn) => new() { Name = name, DependsOn = [.. dependsOn] };

    public static TaskState Created(PipelineDefinition? pipeline = null) =>
        Apply(null, new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, pipeline), 0);

    /// <summary>The state after the command, which must change something.</summary>
    public static TaskState Apply(TaskState? state, TaskCommand command, int seconds = 10, long token = 0)
    {
        var task = (command as CreateTask)?.TaskId ?? state?.TaskId ?? TaskId.Parse("t");
        var context = Context(seconds, token, task.Value) with { Granted = command is StartStage start ? start.Stage : default };
        var decision = TaskTransitions.Decide(state, command, context);
        return decision is TaskDecision.Changed { Next: { } next } ? next : throw new InvalidOperationException($"{command} changed nothing: {decision}");
    }

    /// <summary>A task with a pipeline of the stage and one that waits for it, in that status.</summary>
    public static TaskState Of(RunStatus task, RunStatus stage)
    {
        var created = Created(Pipeline(Stage(WorkStage), Stage("later", WorkStage)));
        return Put(created, task, stage);
    }

    /// <summary>The same without a pipeline, as the seed's orchestrator keeps it.</summary>
    public static TaskState OfSeed(RunStatus task, RunStatus stage) => Put(Apply(Created(), new AddStage(WorkStage)), task, stage);

    private static TaskState Put(TaskState created, RunStatus task, RunStatus stage)
    {
        created.Stages.TryGet(WorkStage, out var present);
        var leased = created.Pipeline is not null && stage == RunStatus.Running && !task.IsFinished();
        return created with
        {
            Status = task,
            StartedAt = task == RunStatus.Pending ? null : Start,
            Stages = created.Stages.With(present! with
            {
                Status = stage,
                Attempt = stage == RunStatus.Pending ? 0 : 1,
                Progress = stage == RunStatus.Completed ? 1 : stage == RunStatus.Running ? 0.5 : 0,
                Lease = leased ? new StageLease(Worker, 7, Start.Add(Lease)) : null,
            }),
        };
    }
}
