using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Queries;

[GrainType("taskindex")]
[StatelessWorker]
internal sealed class TaskIndexGrain(ITaskIndex index, VideoGenDiagnostics diagnostics) : Grain, ITaskIndexGrain
{
    public Task<TaskPage> QueryAsync(TaskQuery query) => AskAsync(query, checkedQuery => index.QueryAsync(checkedQuery));

    public Task<TaskCounts> CountAsync(TaskQuery query) => AskAsync(query, checkedQuery => index.CountAsync(checkedQuery));

    public Task<TaskPage> FindAsync(TaskQuery query) => QueryAsync(query);

    public Task<TaskCounts> CountFoundAsync(TaskQuery query) => CountAsync(query);

    public Task<QueueCounts> CountWaitingAsync(string? queue)
    {
        if (queue is not null && QueueName.Check(queue) is { } problem)
        {
            throw new ArgumentException(problem, nameof(queue));
        }

        return AskAsync(async () => QueueCounts.Of(await index.CountReadyAsync(queue)));
    }

    private Task<T> AskAsync<T>(TaskQuery query, Func<TaskQuery, Task<T>> question)
    {
        if (QueryBounds.Check(query) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        return AskAsync(() => question(query.Statuses.IsDefault ? query with { Statuses = [] } : query));
    }

    /// <summary>A client need not have the assembly of a store's exceptions, so a failure leaves the silo as a type of ours.</summary>
    private async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (Exception exception) when (exception is not (ArgumentException or NotSupportedException or OperationCanceledException))
        {
            diagnostics.IndexFailed(exception);
            throw TaskStorageException.From(exception);
        }
    }
}
