using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Access;

/// <summary>How the door of a silo stands.</summary>
/// <param name="NeedsKeys">Whether it lets nobody in without a key: it listens beyond loopback.</param>
/// <param name="FirstKey">The text of an admin's key that comes with the silo, so that there is one before anybody can make one; null for none.</param>
internal sealed record DoorOptions(bool NeedsKeys, string? FirstKey);

/// <summary>
/// The keys of the cluster as this silo knows them. They are read each second, and nobody is let in by what was read longer ago than four: a key that was
/// revoked opens nothing anywhere after five.
/// </summary>
internal sealed partial class KeyRing(DoorOptions options, IGrainFactory grains, TimeProvider time, ILogger<KeyRing> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);

    /// <summary>How often uses of keys are noted in the store.</summary>
    private static readonly TimeSpan NoteInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task<Ring>? _reading;
    private Task _upkeep = Task.CompletedTask;
    private Ring? _ring;

    /// <summary>Reads the keys before the server opens its door.</summary>
    /// <exception cref="DoorException">Nobody could get in, or everybody.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.FirstKey is { } first)
        {
            await AddFirstAsync(first);
        }

        var reading = ReadAsync();
        await ((Task)reading).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (options.NeedsKeys)
        {
            var ring = await reading;
            if (!ring.ByHash.Values.Any(key => key.IsGoodAt(time.GetUtcNow())))
            {
                throw new DoorException(
                    "This silo is to answer HTTP at an address that others reach, and there is no key: it would let everybody in. Make one with "
                    + "'videogen key create NAME --role admin', or give it one in VIDEOGEN_FIRST_KEY_FILE; or leave --http out, and it listens on loopback.");
            }
        }

        _upkeep = KeepUpAsync(_stop.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _upkeep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>
    /// Whether a caller without a key is let in: no key was ever made, and the silo listens on loopback alone. While the keys cannot be read, an open door
    /// stays open, so that a person can see what is wrong.
    /// </summary>
    /// <exception cref="TaskStorageException">The keys were not read yet, and cannot be.</exception>
    public async ValueTask<bool> IsOpenAsync() => !options.NeedsKeys && (_ring ?? await ReadAsync()).ByHash.Count == 0;

    /// <summary>The key of that text, if it is known and good; else null.</summary>
    /// <exception cref="TaskStorageException">The keys cannot be read now.</exception>
    public async ValueTask<AccessKey?> FindAsync(string text)
    {
        if (!KeyText.TryParse(text, out _))
        {
            return null;
        }

        var key = (await CurrentAsync()).ByHash.GetValueOrDefault(KeyText.HashOf(text));
        return Good(key);
    }

    /// <summary>The key of that hash, if it is good; else null.</summary>
    /// <exception cref="TaskStorageException">The keys cannot be read now.</exception>
    public async ValueTask<AccessKey?> FindByHashAsync(string sha256) => Good((await CurrentAsync()).ByHash.GetValueOrDefault(sha256));

    /// <summary>All that are known.</summary>
    public Task<AccessKeys> ListAsync() => Grain.ReadAsync();

    private IAccessKeysGrain Grain => grains.GetGrain<IAccessKeysGrain>(0);

    private AccessKey? Good(AccessKey? key)
    {
        var now = time.GetUtcNow();
        if (key is null || !key.IsGoodAt(now))
        {
            return null;
        }

        if (!_used.TryGetValue(key.Name, out var last) || now - last >= NoteInterval)
        {
            _used[key.Name] = now;
        }

        return key;
    }

    private ValueTask<Ring> CurrentAsync() =>
        _ring is { } ring && time.GetElapsedTime(ring.ReadAt) < Freshness ? ValueTask.FromResult(ring) : new ValueTask<Ring>(ReadAsync());

    /// <summary>One question at a time, whoever waits for its answer.</summary>
    private Task<Ring> ReadAsync()
    {
        lock (_gate)
        {
            return _reading is { IsCompleted: false } reading ? reading : _reading = AskAsync();
        }
    }

    private async Task<Ring> AskAsync()
    {
        var asked = time.GetTimestamp();
        var keys = (await Grain.ReadAsync().WaitAsync(Freshness, time)).Keys;
        return _ring = new Ring(
            keys.ToFrozenDictionary(key => key.Sha256, StringComparer.Ordinal), keys.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal), asked);
    }

    private async Task AddFirstAsync(string text)
    {
        if (!KeyText.TryParse(text, out var role) || role != Role.Admin)
        {
            throw new DoorException("What VIDEOGEN_FIRST_KEY holds is not the key of an admin. 'videogen key create --offline --role admin' makes one.");
        }

        try
        {
            var hash = KeyText.HashOf(text);
            await Grain.AddAsync(new AccessKey($"first-{hash[..8]}", role, hash, time.GetUtcNow()));
        }
        catch (ArgumentException exception)
        {
            throw new DoorException($"The key in VIDEOGEN_FIRST_KEY is not taken: {exception.Message}", exception);
        }
    }

    private async Task KeepUpAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var noted = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await ReadAsync().WaitAsync(stop);
                if (time.GetElapsedTime(noted) >= NoteInterval)
                {
                    noted = time.GetTimestamp();
                    await NoteAsync().WaitAsync(stop);
                }
            }
#pragma warning disable CA1031 // The next round repeats it; meanwhile nobody is let in by keys that are too old.
            catch (Exception exception) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogUnread(SecretText.Mask(exception.Message));
            }
        }
    }

    private async Task NoteAsync()
    {
        var known = _ring?.ByName ?? FrozenDictionary<string, AccessKey>.Empty;
        var used = _used.Where(use => known.TryGetValue(use.Key, out var key) && !(key.LastUsedAt >= use.Value))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        if (!used.IsEmpty)
        {
            await Grain.NoteUseAsync(used);
        }

        foreach (var (name, _) in _used.Where(use => !known.ContainsKey(use.Key)))
        {
            _used.TryRemove(name, out _);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The keys of the cluster cannot be read; nobody is let in by what was read before. {Problem}")]
    private partial void LogUnread(string problem);

    private sealed record Ring(FrozenDictionary<string, AccessKey> ByHash, FrozenDictionary<string, AccessKey> ByName, long ReadAt);
}

/// <summary>A silo that would let everybody in, or nobody, does not start. The message says what to do.</summary>
public sealed class DoorException(string message, Exception? innerException = null) : ArgumentException(message, innerException)
{
}
