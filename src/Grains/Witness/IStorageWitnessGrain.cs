namespace VideoGen.Grains.Witness;

/// <summary>
/// Hears from each silo how long ago it could store something, and so tells a silo that is cut off from storage from a storage that is away for all. It keeps
/// nothing, so it works for those who cannot store. One for the cluster: key 0.
/// </summary>
[Alias("VideoGen.IStorageWitnessGrain"), GrainInterfaceType("VideoGen.IStorageWitnessGrain")]
public interface IStorageWitnessGrain : IGrainWithIntegerKey
{
    /// <summary>Takes note of a silo.</summary>
    /// <param name="silo">The silo that reports.</param>
    /// <param name="sinceGood">How long ago it stored something last.</param>
    /// <param name="asksToLeave">Whether it wants to leave the cluster now.</param>
    /// <returns>Whether it may, if it asked.</returns>
    [Alias("Report")]
    Task<bool> ReportAsync(SiloAddress silo, TimeSpan sinceGood, bool asksToLeave);
}
