using System.Collections.Immutable;
using System.Text.Json;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>
/// Appends marks of its own to tasks in turn, each by a compare and swap under an operation id, until it is answered. Some are sent twice at once, and some
/// under a version that is known to be old, so that they must be refused.
/// </summary>
internal sealed class MarkWriter(string name, RemoteCluster cluster, MarkedTasks tasks, Recorder recorder)
{
    private const int DoubledEvery = 5;

    private const int StaleEvery = 9;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    /// <summary>How long one answer is waited for before the same operation is sent again.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly HashSet<TaskId> _created = [];
    private long _acknowledged;

    /// <summary>Updates of this writer that were acknowledged so far.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <param name="ending">No further update is begun.</param>
    /// <param name="patience">What has no answer then has an unknown outcome.</param>
    public async Task RunAsync(CancellationToken ending, CancellationToken patience)
    {
        for (var i = 0; !ending.IsCancellationRequested; i++)
        {
            try
            {
                await UpdateAsync(i, patience);
                await Task.Delay(Pace, ending);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested || patience.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task UpdateAsync(int number, CancellationToken patience)
    {
        var task = tasks[number];
        if (_created.Add(task))
        {
            await Persistence.AskAsync(() => cluster.Tasks.CreateAsync(new CreateTask(task, JsonText.EmptyObject, null), patience), patience);
        }

        var snapshot = await Persistence.AskAsync(() => cluster.Tasks.ReadAsync(task, patience), patience)
            ?? throw new InvalidOperationException($"Task {task} was created, and is not there.");
        tasks.Note(number, task, snapshot.Version);
        var isStale = number % StaleEvery == 0 && snapshot.Version > 1;
        var mark = $"{name}{number}";
        var state = MarkText.Append(snapshot.ToState(), mark);
        var command = new SaveTask(
            isStale ? snapshot.Version - 1 : snapshot.Version,
            JsonText.FromElement(JsonSerializer.SerializeToElement(state, TaskJson.Default.TaskState)));
        var operation = OperationId.Create(TimeProvider.System);
        var sent = number % DoubledEvery == 0 ? new[] { SendAsync(task, operation, command, patience), SendAsync(task, operation, command, patience) }
            : [SendAsync(task, operation, command, patience)];
        var answers = await Task.WhenAll(sent);
        var update = new SentUpdate(task.Value, mark, [.. answers.OfType<UpdateAnswer>()]);
        recorder.Add(update);
        if (update.Acknowledgement is not null)
        {
            Interlocked.Increment(ref _acknowledged);
        }
    }

    /// <summary>Null when its outcome stays unknown.</summary>
    private async Task<UpdateAnswer?> SendAsync(TaskId task, OperationId operation, SaveTask command, CancellationToken patience)
    {
        try
        {
            var reply = await Persistence.AskAsync(
                async () =>
                {
                    var reply = await cluster.Grains.GetGrain<ITaskStateGrain>(task.Value).ExecuteAsync(operation, command).WaitAsync(AnswerTimeout, patience);
                    return reply.Reason == RefusalReason.Busy ? throw new TimeoutException(reply.Message) : reply;
                },
                patience);

            // The task has forgotten whether it was applied before.
            return reply.Reason == RefusalReason.OperationExpired
                ? null
                : new UpdateAnswer(recorder.Now, !reply.IsRefused, reply.Version, reply.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }
}
