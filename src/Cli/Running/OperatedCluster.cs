using System.Collections.Immutable;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Silo.Api;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Running;

/// <summary>A cluster that is reached through grain references.</summary>
internal sealed class OperatedCluster(RemoteCluster cluster, TimeProvider time) : IOperatedCluster
{
    private IWorkerRegistryGrain Registry => cluster.Grains.GetGrain<IWorkerRegistryGrain>(0);

    private IClusterSettingsGrain Settings => cluster.Grains.GetGrain<IClusterSettingsGrain>(0);

    public async Task<ImmutableArray<WorkerStatus>> ListWorkersAsync(CancellationToken cancellationToken) =>
        [.. (await Registry.ListAsync().WaitAsync(cancellationToken)).Select(Hide)];

    public Task<int> DrainAsync(string worker, CancellationToken cancellationToken) => Registry.DrainAsync(worker).WaitAsync(cancellationToken);

    public Task<QueueList> ListQueuesAsync(CancellationToken cancellationToken) => QueueList.ReadAsync(cluster.Grains, time).WaitAsync(cancellationToken);

    public async Task<QueueStanding> ReadQueueAsync(string queue, CancellationToken cancellationToken)
    {
        var status = await cluster.Grains.GetGrain<IStageQueueGrain>(queue).InspectAsync().WaitAsync(cancellationToken);
        return new QueueStanding(status.Offers, status.MoreWait, status.WaitingWorkers, status.Pause);
    }

    public async Task<QueuePause> PauseQueueAsync(string queue, string reason, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var pause = new QueuePause(queue, Environment.UserName, reason, time.GetUtcNow(), until);
        await SetAsync(settings => settings.PauseQueueAsync(pause), cancellationToken);
        return pause;
    }

    public async Task<bool> ResumeQueueAsync(string queue, CancellationToken cancellationToken)
    {
        var was = false;
        await SetAsync(async settings => was = await settings.ResumeQueueAsync(queue), cancellationToken);
        return was;
    }

    public Task BoundQueueAsync(string queue, int? most, CancellationToken cancellationToken) =>
        SetAsync(settings => settings.SetBacklogAsync(queue, most), cancellationToken);

    public async Task<ImmutableArray<LimitStatus>> ListLimitsAsync(CancellationToken cancellationToken)
    {
        var limits = (await Settings.ReadAsync().WaitAsync(cancellationToken)).Limits.Values;
        var statuses = await Task.WhenAll(limits.Select(limit => cluster.Grains.GetGrain<ILimitGrain>(limit.Name).InspectAsync())).WaitAsync(cancellationToken);
        return [.. limits.Zip(statuses, (limit, status) => status with { Definition = limit })];
    }

    public Task SetLimitAsync(LimitDefinition limit, CancellationToken cancellationToken) =>
        SetAsync(settings => settings.SetLimitAsync(limit), cancellationToken);

    public async Task<bool> RemoveLimitAsync(string limit, CancellationToken cancellationToken)
    {
        var was = false;
        await SetAsync(async settings => was = await settings.RemoveLimitAsync(limit), cancellationToken);
        return was;
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    /// <summary>By its incarnation a worker shows that a stage is its own; who lists workers need not know it.</summary>
    internal static WorkerStatus Hide(WorkerStatus worker)
    {
        var profile = worker.Report.Profile;
        var shown = profile.Worker with { Incarnation = LeaseSecrets.Show(profile.Worker.Incarnation) };
        return worker with { Report = worker.Report with { Profile = profile with { Worker = shown } } };
    }

    /// <exception cref="CommandFailedException">The cluster does not take it.</exception>
    private async Task SetAsync(Func<IClusterSettingsGrain, Task> set, CancellationToken cancellationToken)
    {
        try
        {
            await set(Settings).WaitAsync(cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new CommandFailedException(ExitCode.BadInput, exception.Message, exception);
        }
    }
}
