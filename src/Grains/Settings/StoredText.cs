using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Tasks;

namespace VideoGen.Grains.Settings;

/// <summary>The record of a grain that any Orleans storage provider can hold: one text of JSON.</summary>
public sealed class SettingsDocument
{
    public string Json { get; set; } = "";
}

/// <summary>A record of that kind, which is changed only as it was read.</summary>
/// <param name="storage">Of the cluster.</param>
/// <param name="grainId">Whose it is.</param>
/// <param name="stateName">What it is called.</param>
/// <param name="none">What there is while nothing is stored.</param>
/// <param name="form">How it is written.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredText<T>(IGrainStorage storage, GrainId grainId, string stateName, T none, JsonTypeInfo<T> form, TimeProvider time)
    where T : class
{
    /// <summary>Tries of a change that other activations get in the way of.</summary>
    private const int MaxTries = 5;

    private T? _known;
    private long _knownAt;

    /// <summary>Another activation may write as well: what was read or stored here longer ago is read again.</summary>
    public required TimeSpan ReadAgainAfter { private get; init; }

    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    public async ValueTask<T> ReadAsync()
    {
        if (_known is { } known && time.GetElapsedTime(_knownAt) < ReadAgainAfter)
        {
            return known;
        }

        var (former, asked) = (_known, time.GetTimestamp());
        var read = await GuardAsync(async () => (await LoadAsync()).Value);

        // What was stored while this read was on its way is newer than what it brings.
        return _known is { } stored && !ReferenceEquals(stored, former) ? stored : Remember(read, asked);
    }

    /// <summary>Stores what the change makes of what is stored. The change may be made more than once.</summary>
    /// <exception cref="ArgumentException">The change says that it cannot be made.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored.</exception>
    public async Task<T> ChangeAsync(Func<T, T> change)
    {
        var asked = time.GetTimestamp();
        return Remember(await GuardAsync(() => TryChangeAsync(change)), asked);
    }

    private async Task<T> TryChangeAsync(Func<T, T> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (former, etag) = await LoadAsync();
            var next = change(former);
            try
            {
                if (!ReferenceEquals(next, former))
                {
                    await WriteAsync(next, etag);
                }

                return next;
            }
            catch (InconsistentStateException) when (attempt < MaxTries)
            {
                // Another activation was faster: what it wrote is read, and changed.
            }
        }
    }

    private T Remember(T value, long since)
    {
        _knownAt = since;
        return _known = value;
    }

    private async Task<(T Value, string? ETag)> LoadAsync()
    {
        var record = new GrainState<SettingsDocument>(new SettingsDocument());
        await storage.ReadStateAsync(stateName, grainId, record);
        var value = record is { RecordExists: true, State.Json.Length: > 0 } ? JsonSerializer.Deserialize(record.State.Json, form) : null;
        return (value ?? none, record.ETag);
    }

    private Task WriteAsync(T value, string? etag)
    {
        var document = new SettingsDocument { Json = JsonSerializer.Serialize(value, form) };
        return storage.WriteStateAsync(stateName, grainId, new GrainState<SettingsDocument>(document, etag) { RecordExists = etag is not null });
    }

    /// <summary>A client need not have the assembly of a store's exceptions, so a failure leaves the silo as a type of ours.</summary>
    private static async Task<T> GuardAsync(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (exception is not (ArgumentException or OperationCanceledException or TaskStorageException))
        {
            throw TaskStorageException.From(exception);
        }
    }
}
