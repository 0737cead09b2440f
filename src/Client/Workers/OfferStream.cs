using System.Collections.Immutable;
using VideoGen.Tasks.Queues;

namespace VideoGen.Client.Workers;

/// <summary>
/// Offers of one queue for kinds that have their room in common. A kind with a limit of its own is a stream of its own, so that what a worker asks for
/// does not change while it waits.
/// </summary>
internal sealed class OfferStream(string queue, WorkerProfile profile)
{
    public string Queue => queue;

    public WorkerProfile Profile => profile;

    public ImmutableArray<string> Kinds => profile.Kinds;

    /// <summary>Calls that wait for an offer.</summary>
    public int Polls { get; set; }

    /// <summary>Calls in a row that failed.</summary>
    public int Failures { get; set; }

    /// <summary>One for the kinds without a limit, and one for each other kind, of every queue.</summary>
    public static ImmutableArray<OfferStream> Of(ImmutableArray<string> queues, WorkerProfile profile, ImmutableDictionary<string, int> limits)
    {
        var common = profile.Kinds.RemoveAll(limits.ContainsKey);
        ImmutableArray<ImmutableArray<string>> groups =
            [.. common.IsEmpty ? [] : new[] { common }, .. profile.Kinds.Where(limits.ContainsKey).Select(kind => ImmutableArray.Create(kind))];
        return [.. queues.Distinct(StringComparer.Ordinal).SelectMany(
            queue => groups.Select(kinds => new OfferStream(queue, profile with { Kinds = kinds })))];
    }
}
