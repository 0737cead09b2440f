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
    public required ISubmitted Work { get; init; }

    public required IArtifactStore Artifacts { get; init; }

    public required ClusterAddress Cluster { get; init; }

    public bool Wait { get; init; }

    /// <summary>Whether nothing is taken over from other tasks.</summary>
    public bool Fresh { get; init; }

    /// <summary>Whether the answer is one JSON object, for scripts.</summary>
    public bool Json { get; init; }

    /// <summary>Null when the person said nothing of it.</summary>
    public int? Priority { get; init; }

    /// <summary>How long the task is kept when it is finished; null for as long as the silos say.</summary>
    public TimeSpan? Retention { get; init; }

    public FairShare? FairShare { get; init; }

    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];
}

/// <summary>Work is handed to a cluster, and what it makes fetched when asked for.</summary>
internal sealed class Submission(IAnsiConsole console, TimeProvider time)
{
    public async Task<int> ExecuteAsync(SubmissionOptions options, CancellationToken cancellationToken)
    {
        var create = await options.Work.PrepareAsync(options.Artifacts, cancellationToken) with
        {
            Priority = options.Priority ?? 0,
            Fresh = options.Fresh,
            Retention = options.Retention,
            FairShare = options.FairShare,
            Labels = TaskState.NoLabels.SetItems(options.Labels),
        };
        await using var cluster = await RemoteCluster.ConnectAsync(options.Cluster, cancellationToken, mayBeStarting: true);
        await options.Work.CheckAsync(cluster, options.Cluster, cancellationToken);
        var began = time.GetTimestamp();
        var reply = await cluster.Tasks.CreateAsync(create, cancellationToken).OrSayAsync(
            $"Whether task {create.TaskId} was created is not known. The same command goes on with it, and creates it where it is not there.",
            cancellationToken);
        if (reply.IsRefused)
        {
            throw DocumentTask.Refusal(create.TaskId, reply);
        }

        var isNew = reply.Outcome == CommandOutcome.Applied;
        var goingOn = $"'videogen retry {create.TaskId}{options.Cluster.Arguments}'";
        if (!isNew)
        {
            await MeetAsync(cluster.Tasks, create.TaskId, options, goingOn, cancellationToken);
        }
        else if (!options.Json)
        {
            Terminal.WriteLine(console, $"Task {create.TaskId}");
        }

        var where = $"{create.TaskId}{options.Cluster.Arguments}";
        var end = !options.Wait
            ? null
            : await FollowAsync(cluster.Tasks, create.TaskId, options.Json, cancellationToken).OrSayAsync(
                $"Task {create.TaskId} goes on in the cluster. Follow it with 'videogen watch {where}', or cancel it with 'videogen cancel {where}'.",
                cancellationToken) ?? throw CommandFailedException.NotFound(create.TaskId);
        if (options.Json)
        {
            var state = end ?? (await cluster.Tasks.ReadAsync(create.TaskId, cancellationToken))?.ToState();
            Terminal.WriteJson(console, writer => SubmissionView.Write(writer, create.TaskId, isNew, state));
            return end is null or { Status: RunStatus.Completed } ? ExitCode.Success
                : end.Status == RunStatus.Cancelled ? ExitCode.Cancelled : ExitCode.Failed;
        }

        if (end is null)
        {
            return ExitCode.Success;
        }

        if (end.Status != RunStatus.Completed)
        {
            return TaskOutcome.Report(console, end, goingOn);
        }

        await options.Work.FetchAsync(console, end, options.Artifacts, isNew ? time.GetElapsedTime(began) : null, cancellationToken);
        return ExitCode.Success;
    }

    /// <summary>The state in which the task ended; null when it was deleted.</summary>
    private Task<TaskState?> FollowAsync(PipelineClient tasks, TaskId task, bool quietly, CancellationToken cancellationToken) => quietly
        ? FollowAsync(tasks, task, static _ => { }, cancellationToken)
        : ProgressViews.For(console, time).FollowAsync(show => FollowAsync(tasks, task, show, cancellationToken));

    private static async Task<TaskState?> FollowAsync(PipelineClient tasks, TaskId task, Action<TaskState> show, CancellationToken cancellationToken)
    {
        TaskState? state = null;
        await foreach (var snapshot in tasks.WatchAsync(task, cancellationToken: cancellationToken))
        {
            state = snapshot.ToState();
            show(state);
        }

        return state;
    }

    /// <summary>Says what is known of a task that was there before, and gives it the priority that the person asks for now.</summary>
    private async Task MeetAsync(PipelineClient tasks, TaskId task, SubmissionOptions options, string goingOn, CancellationToken cancellationToken)
    {
        var state = (await tasks.ReadAsync(task, cancellationToken))?.ToState() ?? throw CommandFailedException.NotFound(task);
        Say(options, $"Task {task} is known already; it is {state.Status.ToWireName()}.");
        if (!options.Wait && state.Status is RunStatus.Failed or RunStatus.Cancelled)
        {
            Say(options, $"{goingOn} goes on with it, from the stages that are not completed.");
        }

        if (options.Priority is { } wanted && wanted != state.Priority)
        {
            var reply = await tasks.ChangePriorityAsync(task, wanted, cancellationToken);
            Say(options, reply.IsRefused ? $"{reply.Message}" : $"Its priority is {wanted} now; it was {state.Priority}.");
        }
    }
    /// <summary>A script reads the one object that is the answer.</summary>
    private void Say(SubmissionOptions options, string text)
    {
        if (!options.Json)
        {
            Terminal.WriteLine(console, text);
        }
    }
}
