namespace VideoGen.Grains.Recovery;

/// <summary>Wakes unfinished tasks that nobody touched for a while, after crashes above all (T9). One for the cluster: key 0.</summary>
[Alias("VideoGen.IRecoveryGrain")]
public interface IRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Sweeps the store. Silos call it again and again; calls closer together than <see cref="RecoveryOptions.Interval"/> do nothing. Returns how many
    /// tasks were woken.
    /// </summary>
    [Alias("Sweep")]
    Task<int> SweepAsync();
}

public sealed class RecoveryOptions
{
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A task that was written since is left alone.</summary>
    public TimeSpan Untouched { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the records of deleted tasks are kept.</summary>
    public TimeSpan KeepDeleted { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Tasks that one sweep wakes.</summary>
    public int MaxWoken { get; set; } = 1_000;
}
