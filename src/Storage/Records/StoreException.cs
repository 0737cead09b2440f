using VideoGen.Tasks;

namespace VideoGen.Storage.Records;

/// <summary>What keeps a store from doing its work.</summary>
public enum StoreFault
{
    /// <summary>The place given by the options cannot be used: no such folder, no permission, a wrong address, wrong credentials.</summary>
    Unusable,

    /// <summary>What is there is not a store of ours, or is damaged as a whole.</summary>
    Damaged,

    /// <summary>A newer program made it.</summary>
    TooNew,

    /// <summary>Another process holds it.</summary>
    Locked,

    /// <summary>No space is left, or a quota is used up.</summary>
    Full,

    /// <summary>The device or the service failed.</summary>
    Failed,

    /// <summary>More writes wait than the store takes, or the service asks to slow down.</summary>
    Busy,

    /// <summary>One record is damaged; the others live.</summary>
    DamagedRecord,

    /// <summary>A record was refused before it was written: too large, or not what its key says.</summary>
    Refused,
}

/// <summary>A store cannot do what it was asked. The message says what happened, to which task, and what to do, in words for its user.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? innerException = null)
    : TaskStorageException(message, fault is StoreFault.Damaged or StoreFault.TooNew or StoreFault.DamagedRecord or StoreFault.Refused, innerException)
{
    public StoreFault Fault { get; } = fault;
}
