using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

public sealed class StageWorkerOptions
{
    /// <summary>What people call this worker, and what its leases are filed under. Each running process needs its own.</summary>
    public string Name { get; set; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Stages that it does at the same time, 1 to 256.</summary>
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>The most stages of a kind at the same time, for kinds that may not take every place: 1 to 256.</summary>
    public ImmutableDictionary<string, int> KindLimits { get; set; } = ImmutableDictionary<string, int>.Empty;

    public ImmutableArray<string> Queues { get; set; } = [StageDefinition.DefaultQueue];

    public ImmutableArray<string> Capabilities { get; set; } = [];

    /// <summary>How long a lease holds without a sign of life. A stage of a lost worker is given to another after this. At least three heartbeats.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a worker that is to stop works on at what it holds before it gives the rest back. The host must not end before:
    /// <see cref="Microsoft.Extensions.Hosting.HostOptions.ShutdownTimeout"/> is a bound of it.
    /// </summary>
    public TimeSpan DrainPatience { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Whether there may be other workers. What this one lacks is then left to them; a worker that is the only one fails the stage, and says what is missing.
    /// </summary>
    public bool HasPeers { get; set; } = true;

    /// <summary>Nothing is taken before this has completed. Completed for a worker that may begin at once.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Called when the cluster told the worker to drain, and it has ended; the process may then end too. Null for nothing.</summary>
    public Action? Drained { get; set; }

    /// <summary>How often a stage at work reports, whether or not it got on. Cancelling takes effect within this time.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where attempts get their folders; they are deleted afterwards. Several workers may share it.</summary>
    public string WorkDirectory { get; set; } = Path.Combine(Path.GetTempPath(), $"videogen-work-{Environment.UserName}");
}

/// <summary>Says at start, not in the middle of a task, what is wrong with a worker's options.</summary>
internal sealed class StageWorkerOptionsValidation : IValidateOptions<StageWorkerOptions>
{
    private const int MaxConcurrency = 256;

    /// <summary>Above it timers no longer work, and nobody waits for that long.</summary>
    private static readonly TimeSpan MaxDrain = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, StageWorkerOptions options)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Name) || !NameText.IsPlain(options.Name, Limits.MaxWorkerName))
        {
            problems.Add($"A worker needs a name of 1 to {Limits.MaxWorkerName} characters, none of them a control character.");
        }

        if (options.Concurrency is < 1 or > MaxConcurrency)
        {
            problems.Add($"A worker does 1 to {MaxConcurrency} stages at a time, not {options.Concurrency}.");
        }

        if (options.KindLimits is null
            || options.KindLimits.Any(limit => !StageName.TryParse(limit.Key, out _, out _) || limit.Value is < 1 or > MaxConcurrency))
        {
            problems.Add($"The limit of a kind of stages goes from 1 to {MaxConcurrency}, and the kind has a name of A-Z a-z 0-9 _ - .");
        }

        if (options.DrainPatience < TimeSpan.Zero || options.DrainPatience > MaxDrain)
        {
            problems.Add($"A worker that is to stop works on for at most {MaxDrain.TotalDays:0} days, not for {options.DrainPatience}.");
        }

        if (options.Queues.IsDefaultOrEmpty || options.Queues.Any(queue => QueueName.Check(queue) is not null))
        {
            problems.Add("A worker needs at least one queue, each with a name of A-Z a-z 0-9 _ - .");
        }

        if (options.Capabilities.IsDefault || options.Capabilities.Any(capability => !NameText.IsPlain(capability, StageOffer.MaxNeedLength)))
        {
            problems.Add($"A capability of a worker has a name of 1 to {StageOffer.MaxNeedLength} characters.");
        }

        if (options.HeartbeatInterval <= TimeSpan.Zero || options.LeaseDuration < Limits.MinLease || options.LeaseDuration > Limits.MaxLease
            || options.HeartbeatInterval > options.LeaseDuration / 3)
        {
            problems.Add(
                $"A lease lasts from {Limits.MinLease.TotalSeconds:0} s to {Limits.MaxLease.TotalHours:0} h and at least three heartbeats; "
                + $"it is {options.LeaseDuration} with heartbeats every {options.HeartbeatInterval}.");
        }

        if (string.IsNullOrWhiteSpace(options.WorkDirectory))
        {
            problems.Add("A worker needs a work directory.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
