using System.Buffers;
using System.Collections.Immutable;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Access;

/// <summary>What a cluster knows of a key. Who has this cannot make the key of it.</summary>
/// <param name="Name">What people call it, for as long as it is known.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Sha256">Of the key's text, in lower hexadecimal digits.</param>
/// <param name="CreatedAt">When it was made.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.AccessKey")]
public sealed record AccessKey(
    [property: Id(0)] string Name,
    [property: Id(1)] Role Role,
    [property: Id(2)] string Sha256,
    [property: Id(3)] DateTimeOffset CreatedAt)
{
    public const int MaxNameLength = 64;

    /// <summary>A list of tasks is asked for by one label.</summary>
    public const int MaxLabels = 1;

    private const int HashLength = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>It reaches only tasks that have all of these; null for all tasks.</summary>
    [Id(4)] public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Null for a key that does not run out.</summary>
    [Id(5)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null for one that was not used yet. It may be a minute behind.</summary>
    [Id(6)] public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Null for one that was not revoked. A revoked key is kept for a while, so that it can be told from one that never was.</summary>
    [Id(7)] public DateTimeOffset? RevokedAt { get; init; }

    public bool IsGoodAt(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>Null when it is sound, else what is wrong with it.</summary>
    public string? Check()
    {
        if (CheckName(Name) is { } problem)
        {
            return problem;
        }

        if (!Enum.IsDefined(Role))
        {
            return $"Key {Name} has no role: it is one of {string.Join(", ", Enum.GetValues<Role>().Select(Roles.ToWireName))}.";
        }

        if (Sha256 is not { Length: HashLength } || Sha256.AsSpan().ContainsAnyExcept(HexDigits))
        {
            return $"Key {Name} comes without the SHA-256 of its text.";
        }

        if (Labels is { } labels && (labels.Count > MaxLabels || labels.Any(label => !IsLabel(label))))
        {
            return $"Key {Name} has more than {MaxLabels} label, or one that no task has: its key has 1 to {Limits.MaxLabelKeyLength} characters, "
                + $"and its value at most {Limits.MaxLabelValueLength}.";
        }

        return Labels is { IsEmpty: false } && Role == Role.Admin
            ? $"Key {Name} is to be an admin's and to reach some tasks alone. An admin says who may do what: choose another role, or no labels."
            : null;
    }

    /// <summary>Null when it is a name for a key, else what is wrong with it.</summary>
    public static string? CheckName(string? name) =>
        NameText.IsPlain(name, MaxNameLength) ? null : $"The name of a key has 1 to {MaxNameLength} characters, none of them a control character.";

    private static bool IsLabel(KeyValuePair<string, string> label) =>
        NameText.IsPlain(label.Key, Limits.MaxLabelKeyLength) && label.Value is { Length: <= Limits.MaxLabelValueLength };
}

/// <summary>The keys of a cluster, those that are good no more with them.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.AccessKeys")]
public sealed record AccessKeys
{
    public const int MaxKeys = 1_000;

    public static AccessKeys None { get; } = new();

    [Id(0)] public ImmutableArray<AccessKey> Keys { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>The keys of the cluster: one grain, key 0. Whatever it acknowledges is durable, and saying the same twice changes nothing.</summary>
[Alias("VideoGen.IAccessKeysGrain"), GrainInterfaceType("VideoGen.IAccessKeysGrain")]
public interface IAccessKeysGrain : IGrainWithIntegerKey
{
    /// <exception cref="TaskStorageException">The store cannot answer now.</exception>
    [Orleans.Concurrency.AlwaysInterleave, Alias("Read")]
    Task<AccessKeys> ReadAsync();

    /// <summary>Makes a key known. One that is known by its hash stays as it is, revoked or not.</summary>
    /// <exception cref="ArgumentException">It is out of bounds, its name is another key's, or there are too many; the message says which.</exception>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Add")]
    Task AddAsync(AccessKey key);

    /// <summary>The key of that name is good no more: each silo knows it within five seconds. False when there is no such key.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored; say it again.</exception>
    [Alias("Revoke")]
    Task<bool> RevokeAsync(string name);

    /// <summary>Notes when keys were used, by their names.</summary>
    /// <exception cref="TaskStorageException">It is not known whether it was stored.</exception>
    [Alias("NoteUse")]
    Task NoteUseAsync(ImmutableSortedDictionary<string, DateTimeOffset> lastUsed);
}
