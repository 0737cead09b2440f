namespace VideoGen.Grains.Witness;

[GrainType("storagewitness")]
internal sealed class StorageWitnessGrain(TimeProvider time) : Grain, IStorageWitnessGrain
{
    private readonly LeavePermits _permits = new(time);

    public Task<bool> ReportAsync(SiloAddress silo, TimeSpan sinceGood, bool asksToLeave)
    {
        ArgumentNullException.ThrowIfNull(silo);
        _permits.Note(silo, sinceGood);
        return Task.FromResult(asksToLeave && _permits.MayLeave(silo));
    }
}
