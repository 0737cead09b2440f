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
    /// <summary>With the seconds of a silo a revoked key is good for less than five.</summary>
    private readonly StoredText<AccessKeys> _stored =
        new(storage, context.GrainId, "keys", AccessKeys.None, KeysJson.Default.AccessKeys, time) { ReadAgainAfter = TimeSpan.FromSeconds(2) };

    public async Task<AccessKeys> ReadAsync() => await _stored.ReadAsync();

    public async Task AddAsync(AccessKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Check() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        await _stored.ChangeAsync(keys =>
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
        var keys = await _stored.ChangeAsync(keys => Replace(keys, name, key => key.RevokedAt is null ? key with { RevokedAt = now } : key));
        return keys.Keys.Any(key => key.Name == name);
    }

    public async Task NoteUseAsync(ImmutableSortedDictionary<string, DateTimeOffset> lastUsed)
    {
        ArgumentNullException.ThrowIfNull(lastUsed);
        await _stored.ChangeAsync(keys => lastUsed.Take(AccessKeys.MaxKeys).Aggregate(keys, (former, use) =>
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
}

/// <summary>The stored form of the keys.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessKeys))]
internal sealed partial class KeysJson : JsonSerializerContext
{
}
