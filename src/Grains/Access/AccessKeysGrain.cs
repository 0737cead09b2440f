using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Grains.Settings;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Access;

/// <summary>Holds the keys. A change is stored first, and only then it is acknowledged; silos ask again each second.</summary>
[GrainType("accesskeys")]
internal sealed class AccessKeysGrain(
    [FromKeyedServices(TaskStorage.ProviderName)] IGrainStorage storage, IGrainContext context, TimeProvider time) : Grain, IAccessKeysGrain
{
    /// <summary>Another activation may have written since: what was read longer ago is read again. With a silo's own seconds it stays under five.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private readonly StoredText<AccessKeys> _stored = new(storage, context.GrainId, "keys", AccessKeys.None, KeysJson.Default.AccessKeys);
    private AccessKeys? _keys;
    private long _readAt;

    public async Task<AccessKeys> ReadAsync()
    {
        if (_keys is null || time.GetElapsedTime(_readAt) >= ReadAgainAfter)
        {
            Known(await _stored.ReadAsync());
        }

        return _keys!;
    }

    public async Task AddAsync(AccessKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Check() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        await ChangeAsync(keys =>
        {
            if (keys.Keys.Any(known => known.Sha256 == key.Sha256))
            {
                return keys;
            }

            if (keys.Keys.FirstOrDefault(known => known.Name == key.Name) is { } other)
            {
                throw new ArgumentException(
                    $"There is a key {key.Name} already{(other.RevokedAt is null ? "" : ", which is revoked")}; choose another name.");
            }

            return keys with { Keys = MakeRoom(keys.Keys).Add(key) };
        });
    }

    public async Task<bool> RevokeAsync(string name)
    {
        var now = time.GetUtcNow();
        var keys = await ChangeAsync(keys => Replace(keys, name, key => key.RevokedAt is null ? key with { RevokedAt = now } : key));
        return keys.Keys.Any(key => key.Name == name);
    }

    public async Task NoteUseAsync(ImmutableSortedDictionary<string, DateTimeOffset> lastUsed)
    {
        ArgumentNullException.ThrowIfNull(lastUsed);
        await ChangeAsync(keys => lastUsed.Take(AccessKeys.MaxKeys).Aggregate(keys, (former, use) =>
            Replace(former, use.Key, key => key.LastUsedAt >= use.Value ? key : key with { LastUsedAt = use.Value })));
    }

    /// <summary>A revoked key gives way to a new one; the first that was revoked is the first to go.</summary>
    private static ImmutableArray<AccessKey> MakeRoom(ImmutableArray<AccessKey> keys)
    {
        if (keys.Length < AccessKeys.MaxKeys)
        {
            return keys;
        }

        var oldest = keys.Where(key => key.RevokedAt is not null).MinBy(key => key.RevokedAt);
        return oldest is null
            ? throw new ArgumentException($"There are {AccessKeys.MaxKeys} keys already; revoke one before you make another.")
            : keys.Remove(oldest);
    }

    private static AccessKeys Replace(AccessKeys keys, string name, Func<AccessKey, AccessKey> change) =>
        keys.Keys.FirstOrDefault(key => key.Name == name) is { } former && change(former) is var next && !ReferenceEquals(next, former)
            ? keys with { Keys = keys.Keys.Replace(former, next) }
            : keys;

    private async Task<AccessKeys> ChangeAsync(Func<AccessKeys, AccessKeys> change)
    {
        var keys = await _stored.ChangeAsync(change);
        Known(keys);
        return keys;
    }

    private void Known(AccessKeys keys)
    {
        _keys = keys;
        _readAt = time.GetTimestamp();
    }
}

/// <summary>The stored form of the keys.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessKeys))]
internal sealed partial class KeysJson : JsonSerializerContext
{
}
