using System.Collections.Immutable;
using Orleans.Concurrency;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Queries;

/// <summary>Reentrant, as one task that is slow to load must not hold up the questions about others.</summary>
[GrainType("taskwaits")]
[StatelessWorker, Reentrant]
internal sealed class TaskWaitsGrain(TimeProvider time) : Grain, ITaskWaitsGrain
{
    public async Task<ImmutableArray<StageWait>?> ExplainAsync(TaskId task) =>
        await GrainFactory.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is { } snapshot
            ? await new WaitReasons(GrainFactory, time).ExplainAsync(snapshot.ToState())
            : null;
}
