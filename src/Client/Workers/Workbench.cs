using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Files;

namespace VideoGen.Client.Workers;

/// <summary>What all attempts of one worker work with.</summary>
/// <param name="Tasks">Reaches the tasks.</param>
/// <param name="Stages">The code of stages, by kind.</param>
/// <param name="Artifacts">Where stages put what they make.</param>
/// <param name="Needs">What the worker lacks.</param>
/// <param name="Folders">Where each attempt gets a folder of its own.</param>
/// <param name="Options">Those of the worker.</param>
/// <param name="Time">The clock of leases and waits.</param>
/// <param name="Logger">The worker's.</param>
internal sealed record Workbench(
    PipelineClient Tasks,
    ImmutableDictionary<string, IStage> Stages,
    IArtifactStore Artifacts,
    WorkerNeeds Needs,
    AttemptFolders Folders,
    StageWorkerOptions Options,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>What was made before.</summary>
    public StageReuse Reuse { get; } = new(Artifacts, Logger);
}
