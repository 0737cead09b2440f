using VideoGen.Tasks;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Queues;

/// <summary>
/// The order in which the offers of some demands are handed out, if nothing else comes: that of <see cref="OfferLane.Compare"/>, with each key moved on by the
/// starts before. It reads the book and changes nothing of it.
/// </summary>
internal sealed class OfferOrder
{
    private readonly Dictionary<(TaskId Task, StageName Stage), int> _places = [];

    public OfferOrder(IEnumerable<PriorityLevel> levels, IReadOnlySet<Demand> demands)
    {
        foreach (var level in levels)
        {
            var keys = new PriorityQueue<Turns, Turns>();
            foreach (var share in level.Shares)
            {
                var offers = share.Lanes.Where(lane => demands.Contains(lane.Demand)).SelectMany(lane => lane.Offers).Order().ToList();
                if (offers.Count > 0)
                {
                    var turns = new Turns(offers, share.Start);
                    keys.Enqueue(turns, turns);
                }
            }

            while (keys.TryDequeue(out var first, out _))
            {
                _places.Add((first.Head.Offer.Task, first.Head.Offer.Stage), _places.Count);
                if (first.MoveOn())
                {
                    keys.Enqueue(first, first);
                }
            }
        }
    }

    public int Count => _places.Count;

    /// <summary>How many go before it; null when it is not among them.</summary>
    public int? PlaceOf(StageOffer offer) => _places.TryGetValue((offer.Task, offer.Stage), out var place) ? place : null;

    /// <summary>The offers of one key, and how far it is.</summary>
    private sealed class Turns(List<WaitingOffer> offers, double start) : IComparable<Turns>
    {
        private int _next;
        private double _start = start;

        public WaitingOffer Head => offers[_next];

        public bool MoveOn()
        {
            _start += 1 / (Head.Offer.FairShare?.Weight ?? 1);
            _next++;
            return _next < offers.Count;
        }

        public int CompareTo(Turns? other)
        {
            var order = _start.CompareTo(other!._start);
            return order != 0 ? order : Head.CompareTo(other.Head);
        }
    }
}
