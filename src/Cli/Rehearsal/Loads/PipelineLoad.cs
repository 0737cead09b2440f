using System.Collections.Concurrent;
using System.Collections.Immutable;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>
/// Creates tasks all the time, and watches each to its end. On the way a stage at work is sent a completion under a token that nobody holds, and a finished
/// task what comes too late for it.
/// </summary>
internal sealed class PipelineLoad(RemoteCluster cluster, RehearsedPipeline pipeline, Recorder recorder, Random random)
{
    private const int ForgeEvery = 4;

    private const int LateEvery = 3;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentBag<Task> _watched = [];

    /// <param name="ending">No further task is created.</param>
    /// <param name="patience">What is not finished then is left.</param>
    public async Task RunAsync(CancellationToken ending, CancellationToken patience)
    {
        using var places = new SemaphoreSlim(pipeline.AtATime);
        try
        {
            for (var i = 0; !ending.IsCancellationRequested; i++)
            {
                await places.WaitAsync(ending);
                var task = TaskId.Parse($"{pipeline.Task.Pipeline!.Name}-{i}");
                await Persistence.AskAsync(() => cluster.Tasks.CreateAsync(pipeline.Task with { TaskId = task }, patience), patience);
                recorder.AddSubmitted(task.Value);
                _watched.Add(WatchAsync(task, i, places, patience));
                await Task.Delay(Pace, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested || patience.IsCancellationRequested)
        {
            // What was created is watched to its end.
        }

        await Task.WhenAll(_watched);
    }

    private async Task WatchAsync(TaskId task, int number, SemaphoreSlim places, CancellationToken patience)
    {
        (StageName Stage, long Token)? held = null;
        try
        {
            while (true)
            {
                await foreach (var snapshot in cluster.Tasks.WatchAsync(task, cancellationToken: patience))
                {
                    var state = snapshot.ToState();
                    Note(state);
                    foreach (var stage in state.Stages.Where(stage => stage.Lease is not null))
                    {
                        held = (stage.Name, stage.Lease!.Token);
                    }

                    if (number % ForgeEvery == 0 && held is { } mark)
                    {
                        await ForgeAsync(task, mark.Stage, mark.Token - 1, patience);
                    }

                    if (state.Status.IsFinished())
                    {
                        recorder.Add(new SeenEnd(task.Value, state.Version, state.Status));
                        if (number % LateEvery == 0 && held is { } last)
                        {
                            await ComeLateAsync(task, last.Stage, last.Token, patience);
                        }

                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // The store says how far it is.
        }
        finally
        {
            places.Release();
        }
    }

    private void Note(TaskState state)
    {
        foreach (var stage in state.Stages.Where(stage => stage.Status == RunStatus.Running && stage.Attempt > 0))
        {
            recorder.Add(new SeenProgress(state.TaskId.Value, stage.Name.Value, stage.Attempt, state.Version, stage.Progress));
        }
    }

    private async Task ForgeAsync(TaskId task, StageName stage, long token, CancellationToken patience)
    {
        var command = new CompleteStage(stage, token)
        {
            Artifacts = [new Artifact(StageJudge.Forgery, $"{task}/{StageJudge.Forgery}", 1, new string('0', 64), "text/plain")],
        };
        var reply = await Persistence.AskAsync(() => cluster.Tasks.ExecuteAsync(task, command, patience), patience);
        recorder.Add(new ForgedCommand(task.Value, stage.Value, token, reply.Outcome != CommandOutcome.Applied, $"{reply.Outcome} {reply.Message}"));
    }

    private async Task ComeLateAsync(TaskId task, StageName stage, long token, CancellationToken patience)
    {
        foreach (var (what, command) in new (string, TaskCommand)[]
        {
            ("an order to cancel it", new CancelTask()),
            ("a late report", new ReportProgress(stage, token, random.NextDouble(), "late") { Durable = true }),
            ("a late failure", new FailStage(stage, token, "late")),
            ("a late completion", new CompleteStage(stage, token)),
        })
        {
            var reply = await Persistence.AskAsync(() => cluster.Tasks.ExecuteAsync(task, command, patience), patience);
            recorder.Add(new LateCommand(task.Value, what, reply.Outcome == CommandOutcome.Applied, reply.Version));
        }
    }
}
