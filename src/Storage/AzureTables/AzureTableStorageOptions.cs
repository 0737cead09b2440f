using Azure.Core;
using Azure.Core.Pipeline;

namespace VideoGen.Storage.AzureTables;

public sealed class AzureTableStorageOptions
{
    /// <summary>A connection string; or else <see cref="ServiceUri"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The address of the table service. With a shared access signature in it, that is used; otherwise the identity of the environment.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>Whom to be where <see cref="ServiceUri"/> holds no signature; null for the identity of the environment.</summary>
    public TokenCredential? Credential { get; set; }

    public string TableName { get; set; } = "videogen";

    /// <summary>Make the table when it is missing. Off: a missing table is an error at the start.</summary>
    public bool CreateTable { get; set; } = true;

    /// <summary>
    /// Partitions that records are spread over, 1 to 256. Each commits one batch at a time, so more of them let more batches go side by side, and fewer of
    /// them make batches larger and cheaper. Azure takes some 2,000 entities a second of a partition and 20,000 of an account, which eight come near to.
    /// Fixed once the table is made, because it decides where a record is.
    /// </summary>
    public int Partitions { get; set; } = 8;

    /// <summary>How often a call that the service turned away as too busy is tried again.</summary>
    public int MaxThrottledAttempts { get; set; } = 6;

    /// <summary>The most that one of these waits, whatever the service asks for.</summary>
    public TimeSpan MaxThrottleDelay { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Tests stand between the client and the service.</summary>
    internal HttpPipelineTransport? Transport { get; set; }
}
