using System.Collections.Concurrent;

namespace VideoGen.Tasks.Contracts;

/// <summary>
/// References to grains of one interface, by key. Orleans looks the interface up by reflection each time that it makes one, which costs as much as a call
/// within a silo.
/// </summary>
public sealed class GrainReferences<TGrain>(IGrainFactory grains)
    where TGrain : IGrainWithStringKey
{
    /// <summary>References that are kept. Past it all are forgotten, and made again when they are asked for.</summary>
    private const int MaxKept = 4_096;

    private readonly ConcurrentDictionary<string, TGrain> _known = new(StringComparer.Ordinal);
    private int _count;

    public TGrain this[string key]
    {
        get
        {
            if (_known.TryGetValue(key, out var known))
            {
                return known;
            }

            if (Interlocked.Increment(ref _count) > MaxKept)
            {
                _known.Clear();
                _count = 0;
            }

            return _known.GetOrAdd(key, static (key, grains) => grains.GetGrain<TGrain>(key), grains);
        }
    }
}
