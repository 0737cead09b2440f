using Microsoft.Extensions.Options;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Recovery;

[GrainType("recovery")]
internal sealed class RecoveryGrain(
    ITaskIndex index, IOptions<RecoveryOptions> options, StorageCircuit circuit, TimeProvider time, VideoGenDiagnostics diagnostics)
    : Grain, IRecoveryGrain
{
    /// <summary>Requests closer together than this are answered by one sweep.</summary>
    private static readonly TimeSpan RequestInterval = TimeSpan.FromSeconds(1);

    private DateTimeOffset _lastSweep;
    private DateTimeOffset _lastWalk;
    private DateTimeOffset _lastExpiry;

    public async Task<int> SweepAsync()
    {
        var now = time.GetUtcNow();
        if (now - _lastSweep < options.Value.Interval || circuit.IsOpen)
        {
            return 0;
        }

        // The first sweep of an activation follows a start or a crash: then every unfinished task is looked at, however fresh.
        var isFirst = _lastSweep == default;
        _lastSweep = now;
        try
        {
            var woken = isFirst ? await WalkAsync(now) : await WakeUntouchedAsync(now);
            await WakeDueAsync(now);
            await WakeExpiredAsync(now);
            await index.PurgeDeletedAsync(now - options.Value.KeepDeleted);
            diagnostics.Swept(woken);
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

    /// <summary>Wakes the tasks that time alone changes, finished ones that say themselves how long they are kept among them.</summary>
    private async Task WakeDueAsync(DateTimeOffset now)
    {
        if (!index.KeepsSchedules)
        {
            return;
        }

        foreach (var task in await index.FindDueAsync(now, options.Value.MaxWoken))
        {
            await WakeAsync(task);
        }
    }

    /// <summary>Wakes the finished tasks that were kept for long enough. Each looks at its clock, and deletes itself if it agrees.</summary>
    private async Task WakeExpiredAsync(DateTimeOffset now)
    {
        if (options.Value.Retention is not { } retention || now - _lastExpiry < options.Value.RetentionInterval)
        {
            return;
        }

        _lastExpiry = now;
        var query = new TaskQuery { Statuses = [RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled], PageSize = TaskQuery.MaxPageSize };
        TaskPage page;
        do
        {
            page = await index.QueryAsync(query);
            foreach (var task in page.Tasks.Where(task => now - task.CompletedAt >= retention))
            {
                await WakeAsync(task.TaskId);
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);
    }

    private Task WakeAsync(TaskId task) => GrainFactory.GetGrain<ITaskStateGrain>(task.Value).PokeAsync();
}
