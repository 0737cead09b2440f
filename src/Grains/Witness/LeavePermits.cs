using System.Net;

namespace VideoGen.Grains.Witness;

/// <summary>
/// Who may leave a cluster because it does not reach storage: one silo at a time, only while another one can store, and the same one not again and again. Where
/// storage is away for all, or a silo is alone, nobody leaves: it would help no task.
/// </summary>
internal sealed class LeavePermits(TimeProvider time)
{
    /// <summary>A silo that stored something within this time can take over tasks. What was heard longer ago counts for nothing.</summary>
    internal static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    /// <summary>
    /// So long another silo must have been able to store. When a storage that was away for all comes back, one is the first to notice, and the others are about
    /// to.
    /// </summary>
    internal static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    /// <summary>How long the next one waits: the one before has stopped by then, and its tasks are elsewhere.</summary>
    internal static readonly TimeSpan OneAtATime = TimeSpan.FromSeconds(30);

    /// <summary>How long a silo stays that left and came back: with a storage that comes and goes, to leave again and again would do more harm.</summary>
    internal static readonly TimeSpan StayAfterLeave = TimeSpan.FromMinutes(5);

    /// <summary>Silos that are kept in mind; a cluster has far fewer.</summary>
    internal const int MaxSilos = 1_024;

    private readonly Dictionary<SiloAddress, Word> _heard = [];

    /// <summary>By endpoint: a silo that was started again has another address, and the same endpoint.</summary>
    private readonly Dictionary<IPEndPoint, long> _left = [];

    private (SiloAddress Silo, long At)? _last;

    internal int Heard => _heard.Count;

    public void Note(SiloAddress silo, TimeSpan sinceGood)
    {
        Forget();
        if (_heard.Count < MaxSilos || _heard.ContainsKey(silo))
        {
            var now = time.GetTimestamp();
            long? goodSince = sinceGood > Recent ? null : _heard.GetValueOrDefault(silo).GoodSince ?? now;
            _heard[silo] = new Word(now, sinceGood, goodSince);
        }
    }

    public bool MayLeave(SiloAddress silo)
    {
        Forget();
        if (_last is { } last && last.Silo.Equals(silo))
        {
            return true; // Its answer was lost.
        }

        if (_last is not null || _left.ContainsKey(silo.Endpoint) || _left.Count >= MaxSilos || !_heard.Any(heard => IsOtherThatCanStore(heard, silo)))
        {
            return false;
        }

        _last = (silo, time.GetTimestamp());
        _left[silo.Endpoint] = time.GetTimestamp();
        return true;
    }

    private bool IsOtherThatCanStore(KeyValuePair<SiloAddress, Word> heard, SiloAddress silo) =>
        !heard.Key.Equals(silo)
        && time.GetElapsedTime(heard.Value.At) + heard.Value.SinceGood <= Recent
        && heard.Value.GoodSince is { } since && time.GetElapsedTime(since) >= Steady;

    private void Forget()
    {
        foreach (var (silo, word) in _heard)
        {
            if (time.GetElapsedTime(word.At) > Recent)
            {
                _heard.Remove(silo);
            }
        }

        foreach (var (endpoint, at) in _left)
        {
            if (time.GetElapsedTime(at) >= StayAfterLeave)
            {
                _left.Remove(endpoint);
            }
        }

        if (_last is { } last && time.GetElapsedTime(last.At) >= OneAtATime)
        {
            _last = null;
        }
    }

    private readonly record struct Word(long At, TimeSpan SinceGood, long? GoodSince);
}
