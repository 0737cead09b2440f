using System.Collections.Immutable;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Workers;

[GrainType("workerregistry")]
internal sealed class WorkerRegistryGrain(TimeProvider time) : Grain, IWorkerRegistryGrain
{
    private readonly WorkerRegistry _registry = new(time);

    public Task<WorkerOrders> ReportAsync(WorkerReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Task.FromResult(_registry.Report(report));
    }

    public Task LeaveAsync(WorkerId worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        _registry.Leave(worker);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<WorkerStatus>> ListAsync() => Task.FromResult(_registry.List());

    public Task<int> DrainAsync(string name) => Task.FromResult(_registry.Drain(name));

    public Task<WorkerAbsence> FindAbsenceAsync(string queue, string kind, ImmutableArray<string> needs) =>
        Task.FromResult(_registry.FindAbsence(queue, kind, needs.IsDefault ? [] : needs));

    public Task<ImmutableArray<KindDuration>> ListDurationsAsync() => Task.FromResult(_registry.ListDurations());
}
