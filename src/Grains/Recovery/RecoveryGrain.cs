using Microsoft.Extensions.Options;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Scheduling;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Recovery;

[GrainType("recovery")]
internal sealed class RecoveryGrain(
    ITaskIndex index, IOptions<RecoveryOptions> options, StorageCircuit circuit, TimeProvider time, VideoGenDiagnostics diagnostics)
    : Grain, IRecoveryGrain
{
    /// <summary>Requests closer together than this are answered by one sweep.</summary>
    private static readonly TimeSpan RequestInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The first sweep of an activation follows a start or a crash. Tasks that are due within this time are woken then, so that each waits for its exact
    /// moment in memory, as it did before.
    /// </summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>A task that is still due after it was woken has its reasons: it is left alone for so long.</summary>
    private static readonly TimeSpan WakeAgainAfter = TaskSchedule.Step;

    /// <summary>Tasks that are being woken at the same time, so that a storm of them does not stand before the calls of workers.</summary>
    private const int MaxWaking = 64;

    private readonly Dictionary<TaskId, DateTimeOffset> _woken = [];
    private DateTimeOffset _lastDue;
    private DateTimeOffset _lastSweep;
    private DateTimeOffset _lastWalk;
    private DateTimeOffset _lastExpiry;

    public async Task<int> SweepAsync()
    {
        var now = time.GetUtcNow();
        if (circuit.IsOpen)
        {
            return 0;
        }

        try
        {
            var woken = index.KeepsSchedules ? await WakeDueAsync(now) : 0;
            if (now - _lastSweep < options.Value.Interval)
            {
                return woken;
            }

            var isFirst = _lastSweep == default;
            _lastSweep = now;
            if (!index.KeepsSchedules)
            {
                // Then every unfinished task is looked at, however fresh.
                woken = isFirst ? await WalkAsync(now) : await WakeUntouchedAsync(now);
                diagnostics.Swept(woken);
            }

            await WakeExpiredAsync(now);
            await index.PurgeDeletedAsync(now - options.Value.KeepDeleted);
            return woken;
        }
        catch (NotSupportedException)
        {
            // A store without a list of tasks: each goes on when it is called, and this cannot know which to call.
            return 0;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            diagnostics.IndexFailed(exception);
            throw TaskStorageException.From(exception);
        }
    }

    public async Task RequestAsync()
    {
        var now = time.GetUtcNow();
        if (now - _lastWalk < RequestInterval)
        {
            return;
        }

        try
        {
            diagnostics.Swept(await WalkAsync(now));
        }
        catch (NotSupportedException)
        {
            // See above.
        }
    }

    /// <summary>Wakes the tasks whose time has come: the store knows which.</summary>
    private async Task<int> WakeDueAsync(DateTimeOffset now)
    {
        if (now - _lastDue < options.Value.DueInterval)
        {
            return 0;
        }

        var isFirst = _lastDue == default;
        _lastDue = now;
        var due = await index.FindDueAsync(isFirst ? now + Ahead : now, options.Value.MaxWoken);
        foreach (var past in _woken.Where(woken => now - woken.Value >= WakeAgainAfter).ToArray())
        {
            _woken.Remove(past.Key);
        }

        var waking = due.Where(task => _woken.TryAdd(task, now)).ToArray();
        foreach (var some in waking.Chunk(MaxWaking))
        {
            await Task.WhenAll(some.Select(TryWakeAsync));
        }

        if (waking.Length > 0)
        {
            diagnostics.Swept(waking.Length);
        }

        return waking.Length;
    }

    /// <summary>One that cannot be woken does not keep the others asleep; it is tried again.</summary>
    private async Task TryWakeAsync(TaskId task)
    {
        try
        {
            await WakeAsync(task);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            diagnostics.StepFailed(task.Value, "waking it", exception);
        }
    }

    /// <summary>
    /// Wakes the tasks that were not written for a while. A task that only waits is never written, so when a sweep finds more than it may wake, it goes through
    /// all tasks.
    /// </summary>
    private async Task<int> WakeUntouchedAsync(DateTimeOffset now)
    {
        var owed = await index.FindOwedAsync(now - options.Value.Untouched, options.Value.MaxWoken);
        if (owed.Length >= options.Value.MaxWoken)
        {
            return await WalkAsync(now);
        }

        foreach (var task in owed)
        {
            await WakeAsync(task);
        }

        return owed.Length;
    }

    /// <summary>Wakes every task that the cluster owes work, page by page.</summary>
    private async Task<int> WalkAsync(DateTimeOffset now)
    {
        _lastWalk = now;
        var woken = 0;
        var query = new TaskQuery { Statuses = [RunStatus.Pending, RunStatus.Running], PageSize = TaskQuery.MaxPageSize };
        TaskPage page;
        do
        {
            page = await index.QueryAsync(query);
            foreach (var task in page.Tasks.Where(task => task.Owed))
            {
                await WakeAsync(task.TaskId);
                woken++;
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);
        return woken;
    }

    /// <summary>Wakes the finished tasks that were kept for long enough. Each looks at its clock, and deletes itself if it agrees.</summary>
    private async Task WakeExpiredAsync(DateTimeOffset now)
    {
        var retention = options.Value.Retention;
        if (retention == RetentionRules.None || now - _lastExpiry < options.Value.RetentionInterval)
        {
            return;
        }

        _lastExpiry = now;
        var query = new TaskQuery { Statuses = [RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled], PageSize = TaskQuery.MaxPageSize };
        TaskPage page;
        do
        {
            page = await index.QueryAsync(query);
            foreach (var task in page.Tasks.Where(task => now - task.CompletedAt >= retention.For(task.Status)))
            {
                await WakeAsync(task.TaskId);
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);
    }

    private Task WakeAsync(TaskId task) => GrainFactory.GetGrain<ITaskStateGrain>(task.Value).PokeAsync();
}
