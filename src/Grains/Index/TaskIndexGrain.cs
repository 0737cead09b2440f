using Orleans.Concurrency;

namespace VideoGen.Grains.Index;

[StatelessWorker]
internal sealed class TaskIndexGrain(ITaskIndex index) : Grain, ITaskIndexGrain
{
    public Task<TaskPage> QueryAsync(TaskQuery query) => index.QueryAsync(query);

    public Task<TaskCounts> CountAsync(TaskQuery query) => index.CountAsync(query);
}
