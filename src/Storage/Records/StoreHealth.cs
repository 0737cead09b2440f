namespace VideoGen.Storage.Records;

/// <summary>
/// What the stores of this process met last. Callers of a task go on trying for a while before they are told; whoever runs the process hears of a full disk at
/// once.
/// </summary>
public sealed class StoreHealth
{
    private readonly Lock _gate = new();
    private StoreException? _reading;
    private StoreException? _writing;
    private long _goodWrites;

    /// <summary>What keeps the stores from their work right now; null while nothing does.</summary>
    public StoreException? Fault
    {
        get
        {
            lock (_gate)
            {
                return _writing ?? _reading;
            }
        }
    }

    /// <summary>How many writes the stores have answered. While it rises, they can store.</summary>
    public long GoodWrites => Interlocked.Read(ref _goodWrites);

    /// <summary>Called with each new <see cref="Fault"/>, and with null when it is over. It must not wait.</summary>
    public event Action<StoreException?>? Changed;

    /// <summary>Takes note of a call that ended. Faults of a single record are for whoever asked for it.</summary>
    internal void Note(bool writing, StoreException? failure)
    {
        if (failure is { Fault: StoreFault.DamagedRecord or StoreFault.Refused or StoreFault.Busy })
        {
            return;
        }

        if (writing && failure is null)
        {
            Interlocked.Increment(ref _goodWrites);
        }

        StoreException? fault;
        lock (_gate)
        {
            var before = _writing ?? _reading;
            (_reading, _writing) = writing ? (_reading, failure) : (failure, _writing);
            fault = _writing ?? _reading;
            if (before?.Fault == fault?.Fault)
            {
                return;
            }
        }

        Changed?.Invoke(fault);
    }
}
