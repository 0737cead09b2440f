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
internal sealed class StoredText<T>(IGrainStorage storage, GrainId grainId, string stateName, T none, JsonTypeInfo<T> form)
    where T : class
{
    /// <summary>Tries of a change that other activations get in the way of.</summary>
    private const int MaxTries = 5;

    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    public Task<T> ReadAsync() => GuardAsync(async () => (await LoadAsync()).Value);

    /// <summary>Stores what the change makes of what is stored. The change may be made more than once.</summary>
    /// <exception cref="ArgumentException">The change says that it cannot be made.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored.</exception>
    public Task<T> ChangeAsync(Func<T, T> change) => GuardAsync(async () =>
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
    });

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
