using System.Collections.Concurrent;
using System.Collections.Immutable;
using VideoGen.Benchmarks.Load;

namespace VideoGen.Benchmarks.Marks;

/// <summary>
/// Callers that put unique marks on tasks, and one reader for each silo. One read at the end exposes every mark that was acknowledged and is not there
/// (lost) and every mark that is there twice (doubled); a mark that a reader saw before it was stored is dirty.
/// </summary>
internal sealed class MarkedRun(string name, int callers, IReadOnlyList<IMarkedTasks> silos, DurableMarks durable)
{
    private const int MarksOfACaller = 3;

    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<string, Lazy<Task>> _created = [];
    private readonly ConcurrentBag<(string Task, string Mark)> _acknowledged = [];
    private readonly ConcurrentDictionary<string, bool> _dirty = [];
    private ClosedLoop? _loop;
    private string _newest = "";

    public async Task<Sample> RunAsync(TimeSpan length)
    {
        using var end = new CancellationTokenSource();
        var readers = silos.Select(silo => Task.Run(() => ReadAsync(silo, end.Token))).ToArray();
        var sample = await (_loop ??= new ClosedLoop(callers, MarkAsync)).RunAsync(length);
        await end.CancelAsync();
        await Task.WhenAll(readers);
        return sample;
    }

    /// <summary>Judges the whole run by what a silo that had no part in it reads from the store.</summary>
    public async Task<MarkVerdict> JudgeAsync(IMarkedTasks fresh)
    {
        var final = new Dictionary<string, ImmutableArray<string>>();
        foreach (var task in _created.Keys)
        {
            final.Add(task, await fresh.ReadAsync(task));
        }

        var lost = _acknowledged.Count(mark => !final[mark.Task].Contains(mark.Mark));
        var doubled = final.Values.Sum(marks => marks.Length - marks.Distinct().Count());
        return new MarkVerdict(_acknowledged.Count, lost, doubled, _dirty.Count);
    }

    private async Task MarkAsync(int caller, long number)
    {
        var task = $"{name}-{number / MarksOfACaller}";
        var silo = silos[caller % silos.Count];
        await _created.GetOrAdd(task, new Lazy<Task>(() => silo.CreateAsync(task))).Value;
        _newest = task;
        var mark = $"{caller}.{number}";
        await silo.MarkAsync(task, mark);
        _acknowledged.Add((task, MarkCommands.Shown(mark)));
    }

    private async Task ReadAsync(IMarkedTasks silo, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (_newest is { Length: > 0 } task)
            {
                var seen = await silo.ReadAsync(task);
                foreach (var mark in durable.NotYet(task, seen))
                {
                    _dirty.TryAdd($"{task} {mark}", true);
                }
            }

            await Task.Delay(BetweenReads, CancellationToken.None);
        }
    }
}

/// <summary>What became of the marks.</summary>
internal sealed record MarkVerdict(int Acknowledged, int Lost, int Doubled, int Dirty)
{
    public bool IsClean => this is { Lost: 0, Doubled: 0, Dirty: 0 };
}
