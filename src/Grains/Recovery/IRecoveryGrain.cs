using Orleans.Concurrency;
using VideoGen.Tasks.Scheduling;

namespace VideoGen.Grains.Recovery;

/// <summary>Wakes unfinished tasks that were not written for a while, after crashes above all (T9). One for the cluster: key 0.</summary>
[Alias("VideoGen.IRecoveryGrain"), GrainInterfaceType("VideoGen.IRecoveryGrain")]
public interface IRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Sweeps the store. Silos call it again and again; calls closer together than <see cref="RecoveryOptions.DueInterval"/> do nothing. Returns how many
    /// tasks were woken.
    /// </summary>
    [Alias("Sweep")]
    Task<int> SweepAsync();

    /// <summary>Wakes every unfinished task, however fresh: a queue lost the offers that the tasks had made it.</summary>
    [OneWay, Alias("Request")]
    Task RequestAsync();
}

public sealed class RecoveryOptions
{
    /// <summary>Whether the cluster looks for unfinished tasks at all; an embedded silo that runs one task does not.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often tasks are woken whose time has come.</summary>
    public TimeSpan DueInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often deleted tasks are cleared away and, where the store keeps no schedules, unfinished tasks are looked for.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the store keeps no schedules: a task that was written since is left alone.</summary>
    public TimeSpan Untouched { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the records of deleted tasks are kept.</summary>
    public TimeSpan KeepDeleted { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long finished tasks are kept that say nothing of it themselves.</summary>
    public RetentionRules Retention { get; set; } = RetentionRules.None;

    /// <summary>How often the list of tasks is gone through for those that have been kept for so long.</summary>
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Tasks that a sweep wakes. Where the store keeps no schedules and there are more, it goes through all of them.</summary>
    public int MaxWoken { get; set; } = 1_000;
}
