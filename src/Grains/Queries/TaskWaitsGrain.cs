using System.Collections.Immutable;
using Orleans.Concurrency;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Waits;

namespace VideoGen.Grains.Queries;

/// <summary>Reentrant, as one task that is slow to load must not hold up the questions about others.</summary>
[GrainType("taskwaits")]
[StatelessWorker, Reentrant]
internal sealed class TaskWaitsGrain(TimeProvider time) : Grain, ITaskWaitsGrain
{
    public async Task<ImmutableArray<StageWait>?> ExplainAsync(TaskId task)
    {
        if (await GrainFactory.GetGrain<ITaskReaderGrain>(0).ReadAsync(task) is not { } snapshot)
        {
            return null;
        }

        var state = snapshot.ToState();
        try
        {
            return await new WaitReasons(GrainFactory, time).ExplainAsync(state);
        }
        catch (Exception exception) when (OlderPrograms.DoNotKnow(exception))
        {
            // A queue, limit or registry of an older program explains nothing; the task itself says some of it.
            return StageReadiness.Explain(state, time.GetUtcNow());
        }
    }
}
