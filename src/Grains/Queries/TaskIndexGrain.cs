using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Queries;

[GrainType("taskindex")]
[StatelessWorker]
internal sealed class TaskIndexGrain(ITaskIndex index, VideoGenDiagnostics diagnostics) : Grain, ITaskIndexGrain
{
    public Task<TaskPage> QueryAsync(TaskQuery query) => AskAsync(query, checkedQuery => index.QueryAsync(checkedQuery));

    public Task<TaskCounts> CountAsync(TaskQuery query) => AskAsync(query, checkedQuery => index.CountAsync(checkedQuery));

    /// <summary>A client need not have the assembly of a store's exceptions, so a failure leaves the silo as a type of ours.</summary>
    private async Task<T> AskAsync<T>(TaskQuery query, Func<TaskQuery, Task<T>> question)
    {
        if (QueryBounds.Check(query) is { } problem)
        {
            throw new ArgumentException(problem, nameof(query));
        }

        try
        {
            return await question(query.Statuses.IsDefault ? query with { Statuses = [] } : query);
        }
        catch (Exception exception) when (exception is not (ArgumentException or NotSupportedException or OperationCanceledException))
        {
            diagnostics.IndexFailed(exception);
            throw TaskStorageException.From(exception);
        }
    }
}
