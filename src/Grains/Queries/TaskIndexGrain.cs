using Orleans.Concurrency;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Grains.Queries;

[GrainType("taskindex")]
[StatelessWorker]
internal sealed class TaskIndexGrain(ITaskIndex index, VideoGenDiagnostics diagnostics) : Grain, ITaskIndexGrain
{
    public Task<TaskPage> QueryAsync(TaskQuery query) => AskAsync(() => index.QueryAsync(query));

    public Task<TaskCounts> CountAsync(TaskQuery query) => AskAsync(() => index.CountAsync(query));

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
