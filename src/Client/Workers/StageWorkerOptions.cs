using System.Collections.Immutable;
using VideoGen.Grains.Pipelines;

namespace VideoGen.Client.Workers;

public sealed class StageWorkerOptions
{
    /// <summary>What people call this worker, and what its leases are filed under. Each running process needs its own.</summary>
    public string Name { get; set; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Stages that it does at the same time.</summary>
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    public ImmutableArray<string> Queues { get; set; } = [StageDefinition.DefaultQueue];

    public ImmutableArray<string> Capabilities { get; set; } = [];

    /// <summary>How long a lease holds without a sign of life. A stage of a lost worker is given to another after this.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a stage at work reports, whether or not it got on. Cancelling takes effect within this time.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where attempts get their folders; they are deleted afterwards.</summary>
    public string WorkDirectory { get; set; } = Path.Combine(Path.GetTempPath(), "videogen-work");
}
