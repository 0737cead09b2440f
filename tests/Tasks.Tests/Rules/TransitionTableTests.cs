using System.Globalization;
using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>
/// The whole table: each state of a task, each state of its stage, each command, with and without a pipeline. What is decided stands in an approved file,
/// so that a change of any rule shows up in review.
/// </summary>
public sealed class TransitionTableTests
{
    private static readonly (string Name, TaskCommand Command)[] Commands =
    [
        ("create, same", new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Pipeline(Stage(WorkStage), Stage("later", WorkStage)))),
        ("create, other", new CreateTask(TaskId.Parse("t"), JsonText.Parse("""{"other":1}"""), null)),
        ("add_stage, new", new AddStage("new")),
        ("add_stage, there", new AddStage(WorkStage)),
        ("start, worker", new StartStage(WorkStage, Worker, Lease)),
        ("start, nobody", new StartStage(WorkStage, null, default)),
        ("start, later", new StartStage("later", Worker, Lease)),
        ("progress, holder", new ReportProgress(WorkStage, 7, 0.75, "on it")),
        ("progress, old token", new ReportProgress(WorkStage, 6, 0.75, "on it")),
        ("progress, no token", new ReportProgress(WorkStage, null, 0.75, "on it")),
        ("progress, behind", new ReportProgress(WorkStage, 7, 0.25, null)),
        ("progress, unknown stage", new ReportProgress("nowhere", null, 0.25, null)),
        ("complete, holder", new CompleteStage(WorkStage, 7)),
        ("complete, last word", new CompleteStage(WorkStage, 7) { LastProgress = new LastProgress(3, 0.9, "all but done") }),
        ("complete, nobody's word", new CompleteStage(WorkStage, null) { LastProgress = new LastProgress(3, 0.9, "all but done") }),
        ("complete, old token", new CompleteStage(WorkStage, 6)),
        ("complete, no token", new CompleteStage(WorkStage, null)),
        ("fail, holder", new FailStage(WorkStage, 7, "broken")),
        ("fail, retryable", new FailStage(WorkStage, 7, "broken", null, true)),
        ("fail, last word", new FailStage(WorkStage, 7, "broken", null, true) { LastProgress = new LastProgress(3, 0.9, "nearly") }),
        ("fail, old token", new FailStage(WorkStage, 6, "broken")),
        ("fail, no token", new FailStage(WorkStage, null, "broken")),
        ("release, holder", new ReleaseStage(WorkStage, 7)),
        ("release, old token", new ReleaseStage(WorkStage, 6)),
        ("cancel", new CancelTask()),
        ("pause", new PauseTask()),
        ("pause, after stages", new PauseTask { AfterStages = true }),
        ("resume", new ResumeTask()),
        ("retry", new RetryTask()),
        ("delete", new DeleteTask()),
        ("worker lost", new DeclareWorkerLost(Worker.Name)),
        ("other worker lost", new DeclareWorkerLost("worker-2")),
        ("worker restarted", new RestartWorker(Worker.Name)),
        ("other worker restarted", new RestartWorker("worker-2")),
        ("check deadlines", new CheckDeadlines()),
        ("retry, work", new RetryTask { Stages = [WorkStage] }),
        ("retry, later", new RetryTask { Stages = ["later"] }),
        ("retry, unknown", new RetryTask { Stages = ["nowhere"] }),
        ("start now, all", new StartNow()),
        ("start now, unknown", new StartNow("nowhere")),
        ("skip, work", new SkipStage(WorkStage, "not needed")),
        ("skip, later", new SkipStage("later")),
        ("skip, unknown", new SkipStage("nowhere")),
        ("retention is over", new CheckDeadlines { Retention = TimeSpan.Zero }),
        ("priority, other", new ChangePriority(5)),
        ("priority, same", new ChangePriority(0)),
        ("amend, label", new AmendTask { Labels = TaskState.NoLabels.Add("team", "docs") }),
        ("amend, label and priority", new AmendTask { Labels = TaskState.NoLabels.Add("team", "docs"), Priority = 5 }),
        ("amend, nothing new", new AmendTask { RemovedLabels = ["team"], Priority = 0 }),
        ("amend, other version", new AmendTask { Labels = TaskState.NoLabels.Add("team", "docs"), IfVersion = 99 }),
        ("save, wrong version", new SaveTask(99, JsonText.Parse("""{"task_id":"t"}"""))),
        ("save, not a task", new SaveTask(0, JsonText.Parse("[]"))),
    ];

    [Fact]
    public void EveryCommand_InEveryState_IsDecidedAsApproved()
    {
        var table = new StringBuilder();
        foreach (var (kind, build) in new (string, Func<RunStatus, RunStatus, TaskState>)[] { ("pipeline", Of), ("seed", OfSeed) })
        {
            foreach (var task in Enum.GetValues<RunStatus>())
            {
                foreach (var stage in Enum.GetValues<RunStatus>())
                {
                    Row(table, $"{kind}: task {task.ToWireName()}, stage {stage.ToWireName()}", build(task, stage));
                }
            }
        }

        Row(table, "no task", null);
        Approved.Verify("transitions.txt", table.ToString());
    }

    [Fact]
    public void EveryCommand_DecidedTwice_GivesTheSame()
    {
        foreach (var (_, command) in Commands)
        {
            var state = Of(RunStatus.Running, RunStatus.Running);
            Assert.Equal(Outcome(state, command), Outcome(state, command));
        }
    }

    [Fact]
    public void AnyReport_OnAFinishedTask_ChangesNothing()
    {
        var reports = Commands.Where(entry => entry.Command
            is ReportProgress or CompleteStage or FailStage or ReleaseStage or StartStage or CheckDeadlines or DeclareWorkerLost or RestartWorker).ToArray();
        foreach (var status in new[] { RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled })
        {
            foreach (var (name, command) in Commands.Where(entry => entry.Command
                is ReportProgress or CompleteStage or FailStage or ReleaseStage or StartStage or CheckDeadlines or DeclareWorkerLost or RestartWorker))
            {
                foreach (var state in new[] { Of(status, RunStatus.Running), OfSeed(status, RunStatus.Running) })
                {
                    Assert.False(TaskTransitions.Decide(state, command, Context()) is TaskDecision.Changed, $"{name} changed a {status} task.");
                }
            }
        }
    }

    private static void Row(StringBuilder table, string situation, TaskState? state)
    {
        table.Append(situation).Append('\n');
        foreach (var (name, command) in Commands)
        {
            table.Append("  ").Append(name.PadRight(25)).Append(Outcome(state, command)).Append('\n');
        }
    }

    private static string Outcome(TaskState? state, TaskCommand command) => TaskTransitions.Decide(state, command, Context()) switch
    {
        TaskDecision.Changed { Next: null } => "deleted",
        TaskDecision.Changed { Next: { } next, Lease: var lease } =>
            $"task {next.Status.ToWireName()}: {string.Join(", ", next.Stages.Select(Describe))}{(lease is null ? "" : $", token {lease.Token}")}",
        TaskDecision.Unchanged unchanged => $"unchanged: {unchanged.Why}",
        TaskDecision.Refused refused => $"refused, {refused.Reason}: {refused.Why}",
        var other => other.ToString(),
    };

    private static string Describe(StageState stage)
    {
        var (lease, message) = (stage.Lease is null ? "" : " leased", stage.Message is null ? "" : $" '{stage.Message}'");
        return string.Create(CultureInfo.InvariantCulture, $"{stage.Name} {stage.Status.ToWireName()} {stage.Progress:0.##}{lease}{message}");
    }
}
