using System.Collections.Immutable;
using VideoGen.Tasks.Queues;

namespace VideoGen.Tasks.Queries;

/// <summary>Which of the waiting stages of one queue to read.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Now">Stages whose delay ends later are left out.</param>
/// <param name="Limit">Rows of the answer.</param>
/// <param name="PerKey">Rows of the answer that have the same kind, needs, priority and key of a fair share.</param>
public sealed record ReadyQuery(string Queue, DateTimeOffset Now, int Limit, int PerKey)
{
    /// <summary>The most that <see cref="Limit"/> and <see cref="PerKey"/> may be.</summary>
    public const int MaxLimit = 10_000;

    /// <summary>Only stages of these kinds; null for all.</summary>
    public ImmutableArray<string>? Kinds { get; init; }

    /// <exception cref="ArgumentException">The query is out of bounds; the message says which.</exception>
    public void Check()
    {
        if (QueueName.Check(Queue) is { } problem)
        {
            throw new ArgumentException(problem);
        }

        if (Limit is < 1 or > MaxLimit || PerKey is < 1 or > MaxLimit)
        {
            throw new ArgumentException($"A query for waiting stages asks for 1 to {MaxLimit} of them; {Limit}, and {PerKey} of a kind, were asked for.");
        }
    }
}

/// <summary>Waiting stages of one queue.</summary>
/// <param name="Rows">The best first: by priority, and then by age of the task, its id and the name of the stage.</param>
/// <param name="IsComplete">Whether these are all whose delay is over.</param>
/// <param name="NextReadyAt">When the next delay ends; null when there is none.</param>
public sealed record ReadyPage(ImmutableArray<ReadyStage> Rows, bool IsComplete, DateTimeOffset? NextReadyAt)
{
    /// <summary>Answers a query from rows that are in memory.</summary>
    public static ReadyPage Of(IEnumerable<ReadyStage> rows, ReadyQuery query)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(query);
        query.Check();
        var waiting = rows.Where(row => row.Queue == query.Queue && (query.Kinds is not { } kinds || kinds.Contains(row.Kind))).ToList();
        var due = waiting.Where(row => !(row.NotBefore > query.Now)).ToList();
        return new ReadyPage(
            Select(due.GroupBy(row => new ReadyKey(row)).Select(group => group.Order(ReadyOrder.Instance).Take(query.PerKey)), query.Limit, out var left),
            left == 0 && due.Count == due.GroupBy(row => new ReadyKey(row)).Sum(group => Math.Min(group.Count(), query.PerKey)),
            waiting.Where(row => row.NotBefore > query.Now).Min(row => row.NotBefore));
    }

    /// <summary>
    /// The best of groups that are in order themselves. Where not all of them fit, each group of a priority gives its first row before any gives its second, so
    /// that none is left out for the others.
    /// </summary>
    public static ImmutableArray<ReadyStage> Select(IEnumerable<IEnumerable<ReadyStage>> groups, int limit, out int left)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var ranked = groups.SelectMany(group => group.Select((row, rank) => (Row: row, Rank: rank))).ToList();
        left = Math.Max(0, ranked.Count - limit);
        var chosen = left == 0
            ? ranked
            : ranked.OrderByDescending(item => item.Row.Offer.Priority).ThenBy(item => item.Rank).ThenBy(item => item.Row, ReadyOrder.Instance).Take(limit);
        return [.. chosen.Select(item => item.Row).Order(ReadyOrder.Instance)];
    }

    /// <summary>Rows that are the same to a worker and to fairness.</summary>
    private readonly record struct ReadyKey(string Kind, string Needs, int Priority, string FairKey)
    {
        public ReadyKey(ReadyStage row)
            : this(row.Kind, row.Needs, row.Offer.Priority, row.FairKey)
        {
        }
    }
}

/// <summary>The order of waiting stages: by priority, age of the task, its id, and the name of the stage.</summary>
public sealed class ReadyOrder : IComparer<ReadyStage>
{
    public static ReadyOrder Instance { get; } = new();

    public int Compare(ReadyStage? x, ReadyStage? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = y.Offer.Priority.CompareTo(x.Offer.Priority);
        order = order != 0 ? order : x.Offer.TaskCreatedAt.CompareTo(y.Offer.TaskCreatedAt);
        order = order != 0 ? order : string.CompareOrdinal(x.Offer.Task.Value, y.Offer.Task.Value);
        return order != 0 ? order : string.CompareOrdinal(x.Offer.Stage.Value, y.Offer.Stage.Value);
    }
}

/// <summary>How many stages wait that a worker sees as the same.</summary>
/// <param name="Queue">Where they wait.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Needs">The capabilities that a worker must have.</param>
/// <param name="Count">How many they are, those included whose delay is not over.</param>
/// <param name="Oldest">When the oldest of their tasks was created.</param>
public sealed record ReadyCount(string Queue, string Kind, ImmutableArray<string> Needs, long Count, DateTimeOffset Oldest)
{
    /// <summary>Counts rows that are in memory.</summary>
    public static ImmutableArray<ReadyCount> Of(IEnumerable<ReadyStage> rows, string? queue)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows
                .Where(row => queue is null || row.Queue == queue)
                .GroupBy(row => (row.Queue, row.Kind, row.Needs))
                .OrderBy(group => group.Key.Queue, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Kind, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Needs, StringComparer.Ordinal)
                .Select(group => new ReadyCount(
                    group.Key.Queue, group.Key.Kind, group.First().Offer.Needs, group.LongCount(), group.Min(row => row.Offer.TaskCreatedAt))),
        ];
    }
}
