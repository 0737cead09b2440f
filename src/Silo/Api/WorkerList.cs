using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Api;

/// <summary>The workers that were heard within the last seconds, by name.</summary>
internal sealed record WorkerList(ImmutableArray<WorkerItem> Workers)
{
    public static WorkerList Of(ImmutableArray<WorkerStatus> workers) => new([.. workers.Select(WorkerItem.Of)]);
}

/// <summary>What the list says of a worker.</summary>
/// <param name="Incarnation">New for each start of its process; made of the UUID that the worker keeps to itself, which it is not.</param>
/// <param name="Slots">Stages that it does at a time.</param>
/// <param name="Draining">It takes nothing more, or was told not to.</param>
/// <param name="Problems">What keeps it from doing some of its work.</param>
/// <param name="UnansweredS">Seconds for which no queue has answered it although it waits; null when all is well.</param>
internal sealed record WorkerItem(
    string Name,
    Guid Incarnation,
    string Version,
    ImmutableArray<string> Kinds,
    ImmutableArray<string> Capabilities,
    ImmutableArray<string> Queues,
    int Slots,
    ImmutableArray<WorkerStageItem> Stages,
    bool Draining,
    ImmutableArray<string> Problems,
    double? UnansweredS,
    DateTimeOffset UpSince,
    DateTimeOffset HeardAt)
{
    public static WorkerItem Of(WorkerStatus worker) => new(
        worker.Report.Profile.Worker.Name,
        LeaseSecrets.Show(worker.Report.Profile.Worker.Incarnation),
        worker.Report.Version,
        worker.Report.Profile.Kinds,
        worker.Report.Profile.Capabilities,
        worker.Report.Queues,
        worker.Report.Slots,
        [.. worker.Report.Stages.Select(stage => new WorkerStageItem(stage.Task.Value, stage.Stage.Value, worker.HeardAt - stage.For))],
        worker.Report.IsDraining || worker.IsToldToDrain,
        worker.Report.Problems,
        worker.Report.Unanswered?.TotalSeconds,
        worker.HeardAt - worker.Report.Up,
        worker.HeardAt);
}

/// <summary>A stage that a worker does.</summary>
internal sealed record WorkerStageItem(string TaskId, string Stage, DateTimeOffset Since);

/// <summary>How much work waits, and how many slots would do it in time.</summary>
/// <param name="Ready">Stages that wait for a worker.</param>
/// <param name="Running">Stages that workers do now.</param>
/// <param name="OldestWaitS">An upper bound of the longest wait.</param>
/// <param name="StageP50S">How long such a stage takes; null when that is not known.</param>
/// <param name="Desired">Slots; never fewer than are at work.</param>
internal sealed record DemandReply(
    long Ready,
    int Running,
    double OldestWaitS,
    [property: JsonPropertyName("stage_p50_s")] double? StageP50S,
    long Desired)
{
    public static DemandReply Of(WorkerDemand demand) => new(
        demand.Ready,
        demand.Running,
        Math.Round(demand.OldestWait.TotalSeconds, 1),
        demand.Median is { } median ? Math.Round(median.TotalSeconds, 2) : null,
        demand.Desired);
}
