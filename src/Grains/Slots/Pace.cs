using VideoGen.Tasks.Settings;

namespace VideoGen.Grains.Slots;

/// <summary>When slots were taken lately, so that no stretch of time has more than a rate allows. A step of the clock frees nothing.</summary>
internal sealed class Pace(TimeProvider time)
{
    /// <summary>Entries for what may have been taken before this began.</summary>
    private const int Assumed = 100;

    private readonly LinkedList<(long At, int Weight)> _taken = [];
    private int _sum;

    /// <summary>
    /// What was taken before is not known: it is taken as spent evenly, all that the rate allows, so that a restart gives no second helping.
    /// </summary>
    public void AssumeSpent(StartRate rate)
    {
        _taken.Clear();
        _sum = 0;
        var parts = Math.Min(Assumed, rate.Count);
        var now = time.GetTimestamp();
        for (var i = 1; i <= parts; i++)
        {
            var weight = (rate.Count * i / parts) - (rate.Count * (i - 1) / parts);
            _taken.AddLast((now - (long)(rate.Per.TotalSeconds * time.TimestampFrequency * (parts - i) / parts), weight));
            _sum += weight;
        }
    }

    public void Take(int weight)
    {
        _taken.AddLast((time.GetTimestamp(), weight));
        _sum += weight;
    }

    /// <summary>The last that were taken were not used.</summary>
    public void Return(int weight)
    {
        for (var node = _taken.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Weight == weight)
            {
                _taken.Remove(node);
                _sum -= weight;
                return;
            }
        }
    }

    /// <summary>When so many may be taken; null for now. More than the rate ever allows are taken as all that it allows.</summary>
    public DateTimeOffset? NextAt(StartRate rate, int weight)
    {
        while (_taken.First is { } oldest && time.GetElapsedTime(oldest.Value.At) >= rate.Per)
        {
            _taken.RemoveFirst();
            _sum -= oldest.Value.Weight;
        }

        var excess = _sum + Math.Min(weight, rate.Count) - rate.Count;
        for (var node = _taken.First; node is not null && excess > 0; node = node.Next)
        {
            excess -= node.Value.Weight;
            if (excess <= 0)
            {
                return time.GetUtcNow() + (rate.Per - time.GetElapsedTime(node.Value.At));
            }
        }

        return null;
    }
}
