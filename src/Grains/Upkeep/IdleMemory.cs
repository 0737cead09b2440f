namespace VideoGen.Grains.Upkeep;

/// <summary>
/// When to give memory back. What a burst of work leaves behind is collected by the next burst, and a silo that has nothing to do has none: it would hold the
/// memory for as long as it is idle.
/// </summary>
internal sealed class IdleMemory
{
    /// <summary>Looks in a row with next to nothing to do, before memory is given back.</summary>
    public const int QuietLooks = 3;

    /// <summary>Next to nothing: what sweeps and timers allocate between two looks stays below.</summary>
    public const long QuietBytes = 32L * 1024 * 1024;

    /// <summary>So much has to be allocated since the last time: else there is little to give back.</summary>
    public const long BurstBytes = 512L * 1024 * 1024;

    /// <summary>A larger heap is left alone: compacting it would stop the silo for longer than a worker should wait for it.</summary>
    public const long MaxHeapBytes = 1024L * 1024 * 1024;

    private long _allocated;
    private long _givenBackAt;
    private int _quiet;

    /// <summary>Whether memory should be given back now.</summary>
    /// <param name="allocated">Bytes that were allocated since the start.</param>
    /// <param name="heap">Bytes of the heap.</param>
    public bool Look(long allocated, long heap)
    {
        _quiet = allocated - _allocated < QuietBytes ? _quiet + 1 : 0;
        _allocated = allocated;
        if (_quiet < QuietLooks || allocated - _givenBackAt < BurstBytes || heap > MaxHeapBytes)
        {
            return false;
        }

        _givenBackAt = allocated;
        return true;
    }
}
