using System.Collections.Immutable;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
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

    public int Priority { get; init; }

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
            Priority = options.Priority,
            FairShare = options.FairShare,
            Labels = TaskState.NoLabels.SetItems(options.Labels),
        };
        await using var cluster = await RemoteCluster.ConnectAsync(options.Cluster, cancellationToken);
        var began = time.GetTimestamp();
        var reply = await cluster.Tasks.ExecuteAsync(create.TaskId, create, cancellationToken);
        if (reply.IsRefused)
        {
            throw DocumentTask.Refusal(create.TaskId, reply);
        }

        Terminal.WriteLine(console, reply.Outcome == CommandOutcome.Applied ? $"Task {create.TaskId}" : $"Task {create.TaskId} is known already");
        if (output is null)
        {
            return ExitCode.Success;
        }

        var end = await ProgressViews.For(console, time).FollowAsync<TaskState?>(async show =>
        {
            TaskState? state = null;
            await foreach (var snapshot in cluster.Tasks.WatchAsync(create.TaskId, cancellationToken: cancellationToken))
            {
                state = snapshot.ToState();
                show(state);
            }

            return state;
        }) ?? throw CommandFailedException.NotFound(create.TaskId);
        if (end.Status != RunStatus.Completed)
        {
            return TaskOutcome.Report(console, end);
        }

        var video = await VideoDelivery.DeliverAsync(end, artifacts, output, cancellationToken);
        TaskOutcome.ReportVideo(console, end, video, options.Data.Artifacts, reply.Outcome == CommandOutcome.Applied ? time.GetElapsedTime(began) : null);
        return ExitCode.Success;
    }
}
