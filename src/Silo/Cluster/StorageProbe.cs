using System.Globalization;
using Orleans.Storage;
using VideoGen.Tasks.Stored;

namespace VideoGen.Silo.Cluster;

/// <summary>Tries whether anything can be stored, with a small record beside those of tasks.</summary>
internal sealed class StorageProbe([FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage, ILocalSiloDetails self, TimeProvider time)
{
    /// <summary>Long for a store that works, and short for those who wait to be told that it does not.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Silos come and go, and each of them would leave a record behind; so they share a few. A conflict with another silo is an answer too.</summary>
    private const int Records = 64;

    private readonly GrainId _key = GrainId.Create(
        "storageprobe", ((uint)self.SiloAddress.GetConsistentHashCode() % Records).ToString(CultureInfo.InvariantCulture));

    private readonly GrainState<Mark> _record = new(new Mark());

    /// <returns>Null when the store answered; else what is wrong.</returns>
    public async Task<Exception?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            _record.State = new Mark { Silo = self.SiloAddress.ToString(), At = time.GetUtcNow() };
            await storage.WriteStateAsync("probe", _key, _record).WaitAsync(Timeout, time, cancellationToken);
            return null;
        }
        catch (InconsistentStateException conflict)
        {
            _record.ETag = conflict.StoredEtag;
            return null;
        }
#pragma warning disable CA1031 // Whatever goes wrong is the finding.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return exception is TimeoutException ? new TimeoutException($"The task store gave no answer within {Timeout.TotalSeconds:0} s.") : exception;
        }
    }

    /// <summary>For a person who looks into the store.</summary>
    [GenerateSerializer, Alias("VideoGen.StorageProbe")]
    internal sealed class Mark
    {
        [Id(0)] public string Silo { get; set; } = "";

        [Id(1)] public DateTimeOffset At { get; set; }
    }
}
