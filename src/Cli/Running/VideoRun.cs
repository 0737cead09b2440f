using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

internal sealed record VideoRunOptions
{
    public required DocumentRequest Document { get; init; }

    public required DataDirectory Data { get; init; }

    public required IArtifactStore Artifacts { get; init; }

    public required StoreChoice Store { get; init; }

    public required int Concurrency { get; init; }

    public int HttpPort { get; init; }

    public bool Verbose { get; init; }
}

/// <summary>One document becomes one video in this process. What an earlier run of the same task completed is not done again.</summary>
internal sealed class VideoRun(IAnsiConsole console, TimeProvider time)
{
    /// <summary>How long the store may take to note that the task is cancelled: a good half of <see cref="Interruption.Grace"/>.</summary>
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(2.5);

    public async Task<int> ExecuteAsync(VideoRunOptions options, CancellationToken cancellationToken)
    {
        var output = options.Document.ResolveOutput();
        var document = await VoiceChoice.ResolveAsync(options.Document, cancellationToken);
        var create = await DocumentTask.PrepareAsync(document, options.Artifacts, cancellationToken);
        using var held = RunLock.Take(options.Data, create.TaskId);
        var worker = $"run/{create.TaskId}";
        var hasBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Data = options.Data,
                Artifacts = options.Artifacts,
                Store = options.Store,
                WorkerName = worker,
                WorkerReady = hasBegun.Task,
                Concurrency = options.Concurrency,
                VoiceFile = document.VoiceFile,
                Http = true,
                HttpPort = options.HttpPort,
                Verbose = options.Verbose,
                Instead = arguments => $"Hand the document to it with 'videogen submit{arguments}', or choose another --data.",
            },
            cancellationToken);

        var began = time.GetTimestamp();
        var begun = await cluster.GuardAsync(BeginAsync(cluster.Tasks, create, worker, cancellationToken));
        hasBegun.SetResult();
        Terminal.WriteLine(console, $"Task {create.TaskId}{begun}");
        Terminal.WriteLine(console, $"Watch it live at {new Uri(cluster.Address!, $"tasks/{create.TaskId}")}");
        Terminal.WriteLine(console, $"The film itself, while it is made: {new Uri(cluster.Address!, $"api/tasks/{create.TaskId}/watch/index.m3u8")}");
        var view = ProgressViews.For(console, time);
        var end = await view.FollowAsync(show => cluster.GuardAsync(FollowAsync(cluster.Tasks, create.TaskId, show, cancellationToken)));
        if (end.Status != RunStatus.Completed)
        {
            return TaskOutcome.Report(console, end);
        }

        var videos = await VideoDelivery.DeliverAsync(end, cluster.Artifacts, output, CancellationToken.None);
        TaskOutcome.ReportVideo(console, end, videos, begun.Length == 0 ? time.GetElapsedTime(began) : null);
        return ExitCode.Success;
    }

    /// <summary>Creates the task, or goes on with the one that is there. Returns what to say about that.</summary>
    private static async Task<string> BeginAsync(PipelineClient tasks, CreateTask create, string worker, CancellationToken cancellationToken)
    {
        var reply = await tasks.ExecuteAsync(create.TaskId, create, cancellationToken);
        if (reply.IsRefused)
        {
            throw DocumentTask.Refusal(create.TaskId, reply);
        }

        if (reply.Outcome == CommandOutcome.Applied)
        {
            return "";
        }

        // Nobody else runs the task, since this process holds its lock and its worker has taken nothing yet: whatever lease is left over is that of a run that
        // was killed.
        await tasks.ExecuteAsync(create.TaskId, new RestartWorker(worker), cancellationToken);
        var state = (await tasks.ReadAsync(create.TaskId, cancellationToken))!.ToState();
        switch (state.Status)
        {
            case RunStatus.Completed:
                return " was completed before";
            case RunStatus.Failed or RunStatus.Cancelled:
                await tasks.ExecuteAsync(create.TaskId, new RetryTask(), cancellationToken);
                break;
            case RunStatus.Paused:
                await tasks.ExecuteAsync(create.TaskId, new ResumeTask(), cancellationToken);
                break;
        }

        var done = state.Stages.Count(stage => stage.Status == RunStatus.Completed);
        return $" goes on: {done} of {state.Stages.Count} stages were completed before";
    }

    /// <summary>The state in which the task ended. Ctrl-C cancels the task; what is completed by then stays.</summary>
    private static async Task<TaskState> FollowAsync(PipelineClient tasks, TaskId id, Action<TaskState> show, CancellationToken cancellationToken)
    {
        TaskState? state = null;
        try
        {
            await foreach (var snapshot in tasks.WatchAsync(id, cancellationToken: cancellationToken))
            {
                state = snapshot.ToState();
                show(state);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            state = await CancelAsync(tasks, id);
            if (state is not null)
            {
                show(state);
            }
        }

        return state ?? throw new CommandFailedException(ExitCode.NotFound, $"Task {id} was deleted while it ran.");
    }

    /// <summary>The state of the cancelled task. A store that does not answer is not waited for.</summary>
    private static async Task<TaskState?> CancelAsync(PipelineClient tasks, TaskId id)
    {
        using var patience = new CancellationTokenSource(CancelTimeout);
        try
        {
            await tasks.ExecuteAsync(id, new CancelTask(), patience.Token);
            return (await tasks.ReadAsync(id, patience.Token))?.ToState();
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandFailedException(
                ExitCode.Cancelled,
                $"Task {id} was stopped, but its store did not answer in time to note that it is cancelled. The same command goes on from what is completed.",
                exception);
        }
    }
}
