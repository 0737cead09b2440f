using System.Collections.Immutable;
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

internal sealed record SubmissionOptions
{
    public required DocumentRequest Document { get; init; }

    public required DataDirectory Data { get; init; }

    public required ClusterAddress Cluster { get; init; }

    public bool Wait { get; init; }

    /// <summary>Null when the person said nothing of it.</summary>
    public int? Priority { get; init; }

    /// <summary>How long the task is kept when it is finished; null for as long as the silos say.</summary>
    public TimeSpan? Retention { get; init; }

    public FairShare? FairShare { get; init; }

    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];
}

/// <summary>A document is handed to a cluster, and its video fetched when asked for.</summary>
internal sealed class Submission(IAnsiConsole console, TimeProvider time)
{
    public async Task<int> ExecuteAsync(SubmissionOptions options, CancellationToken cancellationToken)
    {
        var artifacts = new FolderArtifactStore(options.Data.Artifacts);
        var output = options.Wait ? options.Document.ResolveOutput() : null;
        var create = await DocumentTask.PrepareAsync(options.Document, artifacts, cancellationToken) with
        {
            Priority = options.Priority ?? 0,
            Retention = options.Retention,
            FairShare = options.FairShare,
            Labels = TaskState.NoLabels.SetItems(options.Labels),
        };
        await using var cluster = await RemoteCluster.ConnectAsync(options.Cluster, cancellationToken, mayBeStarting: true);
        var began = time.GetTimestamp();
        var reply = await cluster.Tasks.CreateAsync(create, cancellationToken).OrSayAsync(
            $"Whether task {create.TaskId} was created is not known. The same command goes on with it, and creates it where it is not there.",
            cancellationToken);
        if (reply.IsRefused)
        {
            throw DocumentTask.Refusal(create.TaskId, reply);
        }

        var goingOn = $"'videogen retry {create.TaskId}{options.Cluster.Arguments}'";
        if (reply.Outcome == CommandOutcome.Applied)
        {
            Terminal.WriteLine(console, $"Task {create.TaskId}");
        }
        else
        {
            await MeetAsync(cluster.Tasks, create.TaskId, options, goingOn, cancellationToken);
        }

        if (output is null)
        {
            return ExitCode.Success;
        }

        var where = $"{create.TaskId}{options.Cluster.Arguments}";
        var end = await FollowAsync(cluster.Tasks, create.TaskId, cancellationToken).OrSayAsync(
            $"Task {create.TaskId} goes on in the cluster. Follow it with 'videogen watch {where}', or cancel it with 'videogen cancel {where}'.",
            cancellationToken) ?? throw CommandFailedException.NotFound(create.TaskId);
        if (end.Status != RunStatus.Completed)
        {
            return TaskOutcome.Report(console, end, goingOn);
        }

        var video = await VideoDelivery.DeliverAsync(end, artifacts, output, cancellationToken);
        TaskOutcome.ReportVideo(console, end, video, options.Data.Artifacts, reply.Outcome == CommandOutcome.Applied ? time.GetElapsedTime(began) : null);
        return ExitCode.Success;
    }

    /// <summary>The state in which the task ended; null when it was deleted.</summary>
    private Task<TaskState?> FollowAsync(PipelineClient tasks, TaskId task, CancellationToken cancellationToken) =>
        ProgressViews.For(console, time).FollowAsync<TaskState?>(async show =>
        {
            TaskState? state = null;
            await foreach (var snapshot in tasks.WatchAsync(task, cancellationToken: cancellationToken))
            {
                state = snapshot.ToState();
                show(state);
            }

            return state;
        });

    /// <summary>Says what is known of a task that was there before, and gives it the priority that the person asks for now.</summary>
    private async Task MeetAsync(PipelineClient tasks, TaskId task, SubmissionOptions options, string goingOn, CancellationToken cancellationToken)
    {
        var state = (await tasks.ReadAsync(task, cancellationToken))?.ToState() ?? throw CommandFailedException.NotFound(task);
        Terminal.WriteLine(console, $"Task {task} is known already; it is {state.Status.ToWireName()}.");
        if (!options.Wait && state.Status is RunStatus.Failed or RunStatus.Cancelled)
        {
            Terminal.WriteLine(console, $"{goingOn} goes on with it, from the stages that are not completed.");
        }

        if (options.Priority is { } wanted && wanted != state.Priority)
        {
            var reply = await tasks.ChangePriorityAsync(task, wanted, cancellationToken);
            Terminal.WriteLine(console, reply.IsRefused ? $"{reply.Message}" : $"Its priority is {wanted} now; it was {state.Priority}.");
        }
    }
}
