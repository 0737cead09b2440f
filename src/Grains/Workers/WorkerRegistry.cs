using System.Collections.Immutable;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Grains.Workers;

/// <summary>The workers that were heard lately. Not thread-safe: it lives in a grain's turns.</summary>
internal sealed class WorkerRegistry(TimeProvider time)
{
    /// <summary>Workers of one cluster; the report of one more is refused.</summary>
    public const int MaxWorkers = 10_000;

    /// <summary>Kinds of stages whose lengths are remembered.</summary>
    private const int MaxKinds = 1_000;

    /// <summary>The last lengths of a kind that its median is made of.</summary>
    private const int MaxLengths = 200;

    /// <summary>Workers that are remembered although they are gone.</summary>
    private const int MaxGone = 1_000;

    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly Dictionary<WorkerId, Entry> _workers = [];

    /// <summary>The same; who was heard last comes last, so that whoever is to be forgotten is found without a look at the others.</summary>
    private readonly LinkedList<Entry> _byHeard = [];

    /// <summary>What workers could do that are gone, or can do it no more; the last one last.</summary>
    private readonly LinkedList<(WorkerReport Report, DateTimeOffset At)> _gone = [];

    /// <summary>Starts of workers that said that they ended; the last one last.</summary>
    private readonly LinkedList<WorkerId> _left = [];
    private readonly Dictionary<string, Queue<TimeSpan>> _lengths = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The report is out of bounds, or there are too many workers.</exception>
    public WorkerOrders Report(WorkerReport report)
    {
        if (report.Check() is { } problem)
        {
            throw new ArgumentException(problem, nameof(report));
        }

        Forget();
        var worker = report.Profile.Worker;
        if (!_workers.TryGetValue(worker, out var entry))
        {
            // A report may come later than the leaving that was sent after it.
            if (_left.Contains(worker))
            {
                return new WorkerOrders(Drain: false);
            }

            if (_workers.Count >= MaxWorkers)
            {
                throw new ArgumentException($"There are {MaxWorkers} workers, which is the most; {worker.Name} is not listed.", nameof(report));
            }

            _workers.Add(worker, entry = new Entry());
            entry.Place = _byHeard.AddLast(entry);
        }

        foreach (var ended in report.Ended)
        {
            Note(ended);
        }

        if (entry.Report is { } former && !CanDoAll(report, former))
        {
            NoteGone(former, time.GetUtcNow());
        }

        entry.Report = report with { Ended = [] };
        entry.HeardAt = time.GetUtcNow();
        entry.Heard = time.GetTimestamp();
        _byHeard.Remove(entry.Place);
        _byHeard.AddLast(entry.Place);
        return new WorkerOrders(entry.IsToldToDrain);
    }

    public void Leave(WorkerId worker)
    {
        _left.AddLast(worker);
        if (_left.Count > MaxGone)
        {
            _left.RemoveFirst();
        }

        if (_workers.Remove(worker, out var entry))
        {
            _byHeard.Remove(entry.Place);
            NoteGone(entry.Report, time.GetUtcNow());
        }
    }

    public ImmutableArray<WorkerStatus> List()
    {
        Forget();
        return
        [
            .. _workers.Values
                .Select(entry => new WorkerStatus(entry.Report, entry.HeardAt, entry.IsToldToDrain))
                .OrderBy(worker => worker.Report.Profile.Worker.Name, StringComparer.Ordinal)
                .ThenByDescending(worker => worker.HeardAt),
        ];
    }

    public int Drain(string name)
    {
        Forget();
        var told = _workers.Where(worker => worker.Key.Name == name).ToList();
        told.ForEach(worker => worker.Value.IsToldToDrain = true);
        return told.Count;
    }

    public WorkerAbsence FindAbsence(string queue, string kind, ImmutableArray<string> needs)
    {
        Forget();
        var last = _gone
            .Where(gone => gone.Report.Queues.Contains(queue) && gone.Report.Profile.Kinds.Contains(kind)
                && needs.All(need => gone.Report.Profile.Capabilities.Contains(need)))
            .OrderBy(gone => gone.At)
            .LastOrDefault();
        return last.Report is null ? new WorkerAbsence(_began, null) : new WorkerAbsence(last.At, last.Report.Profile.Worker.Name);
    }

    public ImmutableArray<KindDuration> ListDurations() =>
        [.. _lengths.Select(kind => new KindDuration(kind.Key, kind.Value.Order().ElementAt(kind.Value.Count / 2), kind.Value.Count))];

    private void Note(EndedStage ended)
    {
        if (!_lengths.TryGetValue(ended.Kind, out var lengths))
        {
            if (_lengths.Count >= MaxKinds)
            {
                return;
            }

            _lengths.Add(ended.Kind, lengths = []);
        }

        lengths.Enqueue(ended.Took);
        if (lengths.Count > MaxLengths)
        {
            lengths.Dequeue();
        }
    }

    private void Forget()
    {
        while (_byHeard.First is { Value: var oldest } && time.GetElapsedTime(oldest.Heard) > IWorkerRegistryGrain.ForgetAfter)
        {
            _byHeard.RemoveFirst();
            _workers.Remove(oldest.Report.Profile.Worker);
            NoteGone(oldest.Report, oldest.HeardAt);
        }
    }

    private static bool CanDoAll(WorkerReport report, WorkerReport former) =>
        former.Queues.All(queue => report.Queues.Contains(queue))
        && former.Profile.Kinds.All(kind => report.Profile.Kinds.Contains(kind))
        && former.Profile.Capabilities.All(capability => report.Profile.Capabilities.Contains(capability));

    private void NoteGone(WorkerReport report, DateTimeOffset at)
    {
        _gone.AddLast((report, at));
        if (_gone.Count > MaxGone)
        {
            _gone.RemoveFirst();
        }
    }

    private sealed class Entry
    {
        public LinkedListNode<Entry> Place { get; set; } = null!;

        public WorkerReport Report { get; set; } = null!;

        public DateTimeOffset HeardAt { get; set; }

        public long Heard { get; set; }

        public bool IsToldToDrain { get; set; }
    }
}
