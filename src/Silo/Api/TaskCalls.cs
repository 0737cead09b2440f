using System.Runtime.CompilerServices;
using System.Text.Json;
using VideoGen.Client.Tasks;
using VideoGen.Grains.Activation;
using VideoGen.Silo.Access;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Api;

/// <summary>
/// How requests reach tasks. A task of this silo is read without a call. One of another silo is asked once for all who want to know at the same time: each gets
/// the answer of a call that was begun after it came, so that it misses nothing that was acknowledged before.
/// </summary>
internal sealed class TaskCalls(IGrainFactory grains, ReadableTasks readable, OperationKeys keys, TimeProvider time, ILogger<PipelineClient> logger)
{
    /// <summary>How long a request is tried: shorter than the patience of most callers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly PipelineClient _tasks = new(grains, time, logger) { RetryWindow = Patience };
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SharedRead> _reads = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<TaskSnapshot, SnapshotHeaders> _headers = [];

    public PipelineClient Tasks => _tasks;

    /// <summary>The last durable state (T4); null when there is no such task.</summary>
    public ValueTask<TaskSnapshot?> ReadAsync(TaskId task) =>
        readable.Find(task.Value) is { } snapshot ? new(snapshot) : new(ReadSharedAsync(task));

    /// <summary>What the headers say of a state; it is made once for each.</summary>
    public SnapshotHeaders HeadersOf(TaskSnapshot snapshot) => _headers.GetValue(snapshot, SnapshotHeaders.Of);

    /// <summary>Sends a command; under the caller's key where it gave one.</summary>
    public async Task<TaskReply> SendAsync(TaskId task, TaskCommand command, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return await _tasks.ExecuteAsync(task, command, cancellationToken);
        }

        var operation = keys.Of(key, $"{task}\n{command.GetType().Name}");
        return await _tasks.ExecuteAsync(task, operation, command, cancellationToken);
    }

    private Task<TaskSnapshot?> ReadSharedAsync(TaskId task)
    {
        lock (_gate)
        {
            if (!_reads.TryGetValue(task.Value, out var shared))
            {
                _reads.Add(task.Value, shared = new SharedRead());
                shared.Current = CallAsync(task, shared);
                return shared.Current;
            }

            // The call under way began before this caller came; the next one is for all who came since.
            return shared.Next ??= FollowAsync(task, shared);
        }
    }

    private async Task<TaskSnapshot?> FollowAsync(TaskId task, SharedRead shared)
    {
        await ((Task)shared.Current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<TaskSnapshot?> call;
        lock (_gate)
        {
            shared.Next = null;
            shared.Current = call = CallAsync(task, shared);
        }

        return await call;
    }

    private async Task<TaskSnapshot?> CallAsync(TaskId task, SharedRead shared)
    {
        // Leaves the lock before anything else.
        await Task.Yield();
        try
        {
            return await grains.GetGrain<ITaskReaderGrain>(0).ReadAsync(task);
        }
        finally
        {
            lock (_gate)
            {
                if (shared.Next is null)
                {
                    _reads.Remove(task.Value);
                }
            }
        }
    }

    private sealed class SharedRead
    {
        public Task<TaskSnapshot?> Current { get; set; } = Task.FromResult<TaskSnapshot?>(null);

        public Task<TaskSnapshot?>? Next { get; set; }
    }
}

/// <summary>The headers of an answer that holds a state, and the state as readers get it.</summary>
/// <param name="ETag">In quotes.</param>
/// <param name="Writes">How many writes the task has had.</param>
/// <param name="Json">Without the tokens of leases.</param>
internal sealed record SnapshotHeaders(string ETag, string Writes, ReadOnlyMemory<byte> Json)
{
    public static SnapshotHeaders Of(TaskSnapshot snapshot) => new(
        EntityTags.Of(snapshot.ETag).Tag.ToString(),
        snapshot.Writes.ToString(System.Globalization.CultureInfo.InvariantCulture),
        LeaseSecrets.Hide(snapshot.Json));

    /// <summary>
    /// The state as this caller gets it. Who may look at one task alone need not belong to the house, so who steered it is not theirs to read.
    /// </summary>
    public ReadOnlyMemory<byte> JsonFor(Caller caller, TaskSnapshot snapshot) =>
        caller.Only is null || snapshot.ToState() is not { Acts.IsDefault: false } state
            ? Json
            : LeaseSecrets.Hide(JsonSerializer.SerializeToUtf8Bytes(state with { Acts = default }, TaskJson.Default.TaskState));
}
