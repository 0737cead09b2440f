using System.Collections.Immutable;
using VideoGen.Cli.Rehearsal.Records;

namespace VideoGen.Cli.Rehearsal.Verdicts;

/// <summary>
/// T1 to T5, of tasks to which marks are appended: a task is made with version 1, and every update appends one mark. So the mark of version <c>v</c> stands at
/// place <c>v - 2</c>, and what a state holds follows from its version.
/// </summary>
internal sealed class UpdateJudge
{
    /// <summary>How long a silo that was taken for dead may take to notice. What it answers until then is a documented limit, and counted.</summary>
    private static readonly TimeSpan Waking = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long before a silo noticed that it was taken for dead a read may have begun that it answered, where nobody knows when it fell asleep: whoever sent
    /// one into its sleep waits five seconds for the answer, and then it is awake.
    /// </summary>
    private static readonly TimeSpan Unnoticed = Waking + Waking;

    private readonly RehearsalHistory _history;
    private readonly Dictionary<string, FinalTask> _finals;
    private readonly Dictionary<string, string[]> _marks;
    private readonly Dictionary<string, Dictionary<string, int>> _counts;
    private readonly ILookup<string, SentUpdate> _updates;

    public UpdateJudge(RehearsalHistory history)
    {
        _history = history;
        _updates = history.Updates.ToLookup(update => update.Task);
        _finals = history.Finals.Where(final => _updates.Contains(final.Task)).ToDictionary(final => final.Task);
        _marks = _finals.ToDictionary(final => final.Key, final => MarkText.Split(final.Value.Marks));
        _counts = _marks.ToDictionary(marks => marks.Key, marks => marks.Value.GroupBy(mark => mark).ToDictionary(mark => mark.Key, mark => mark.Count()));
    }

    private int Acknowledged => _history.Updates.Count(update => update.Acknowledgement is not null);

    /// <summary>An acknowledged update is in the store in the end, and in every read that began after its acknowledgement.</summary>
    public Verdict T1()
    {
        var old = ReadTooOld().ToLookup(read => IsOfASleeper(read.Read));
        var sleepers = old[true].Any() ? $", {old[true].Count()} of them old ones of a silo that woke after its death (a limit)" : "";
        return Verdict.Of(
            "T1",
            $"{Acknowledged} acknowledged updates, {_history.Reads.Length} reads{sleepers}",
            Acknowledged,
            Lost().Concat(old[false].Select(read =>
                $"Version {read.Acknowledged} of task {read.Read.Task} was acknowledged before a read began at {Words.Time(read.Read.Begun)}, "
                + $"which {read.Read.Reader} was answered with version {read.Read.Version}.")));
    }

    /// <summary>No mark stands twice, and an operation that was sent twice got the same answer twice.</summary>
    public Verdict T2()
    {
        var repeated = _history.Updates.Count(update => update.Answers.Length > 1);
        var doubled =
            from task in _counts
            from mark in task.Value
            where mark.Value > 1
            select $"Update {mark.Key} of task {task.Key} took effect {mark.Value} times.";
        var contradicted =
            from update in _history.Updates
            where update.Answers.Select(answer => (answer.IsApplied, answer.IsApplied ? answer.Version : 0)).Distinct().Count() > 1
            select $"Update {update.Mark} of task {update.Task} was sent twice under one operation id, and answered "
                + $"{string.Join(" and ", update.Answers.Select(answer => answer.IsApplied ? $"applied as version {answer.Version}" : "refused"))}.";
        return Verdict.Of("T2", $"{Acknowledged} acknowledged updates, {repeated} of them sent twice", Acknowledged, doubled.Concat(contradicted));
    }

    /// <summary>Versions count the updates, fall for no reader, and an ETag stands for one version.</summary>
    public Verdict T3()
    {
        var miscounted =
            from final in _finals.Values
            let marks = _marks[final.Task].Length
            where final.Version != marks + 1
            select $"Task {final.Task} has version {final.Version} after {marks} updates.";
        var misplaced =
            from update in _history.Updates
            where update.Acknowledgement is { } answer && _marks.TryGetValue(update.Task, out var marks)
                && answer.Version - 2 is var place && (place < 0 || place >= marks.Length || marks[place] != update.Mark)
            select $"Update {update.Mark} of task {update.Task} was acknowledged as version {update.Acknowledgement!.Version}, and does not stand there.";
        var fallen =
            from reader in _history.Reads.GroupBy(read => (read.Task, read.Reader))
            from pair in reader.Zip(reader.Skip(1))
            where pair.Second.Version < pair.First.Version && !IsOfASleeper(pair.Second)
            select $"Reader {reader.Key.Reader} saw version {pair.First.Version} of task {reader.Key.Task}, and then {pair.Second.Version}.";
        var reused =
            from etag in _history.Reads.GroupBy(read => (read.Task, read.ETag))
            let versions = etag.Select(read => read.Version).Distinct().ToList()
            where versions.Count > 1
            select $"ETag {etag.Key.ETag} of task {etag.Key.Task} stood for the versions {string.Join(", ", versions)}.";
        return Verdict.Of(
            "T3",
            $"the versions of {_finals.Count} updated tasks, {Acknowledged} acknowledgements and {_history.Reads.Length} reads",
            Acknowledged,
            miscounted.Concat(misplaced).Concat(fallen).Concat(reused));
    }

    /// <summary>What was read once is there in the end: a state of which the store knows nothing was not durable.</summary>
    public Verdict T4()
    {
        var vanished =
            from read in _history.Reads
            where _finals.TryGetValue(read.Task, out var final)
                && (!final.Marks.StartsWith(read.Marks, StringComparison.Ordinal) || read.Version > final.Version)
            select $"Version {read.Version} of task {read.Task} was read at {Words.Time(read.Begun)}, and the store does not hold what it showed.";
        return Verdict.Of("T4", $"{_history.Reads.Length} reads beside the store's last state", _history.Reads.Length, vanished);
    }

    /// <summary>The mark of a refused update is nowhere: neither in the store, nor in any read.</summary>
    public Verdict T5()
    {
        var refused = _history.Updates.Where(update => update.IsRefused).ToList();
        var marks = refused.Select(update => (update.Task, update.Mark)).ToHashSet();
        var stored =
            from update in refused
            where _counts.TryGetValue(update.Task, out var counts) && counts.ContainsKey(update.Mark)
            select $"Update {update.Mark} of task {update.Task} was refused ({update.Answers[0].Message}), and is stored.";
        var read =
            from seen in _history.Reads
            from mark in MarkText.Split(seen.Marks)
            where marks.Contains((seen.Task, mark))
            select $"Update {mark} of task {seen.Task} was refused, and read at {Words.Time(seen.Begun)}.";
        return Verdict.Of("T5", $"{refused.Count} refused updates", refused.Count, stored.Concat(read).Distinct());
    }

    private IEnumerable<string> Lost() =>
        from update in _history.Updates
        where update.Acknowledgement is not null && !(_counts.TryGetValue(update.Task, out var counts) && counts.ContainsKey(update.Mark))
        select $"Update {update.Mark} of task {update.Task} was acknowledged at {Words.Time(update.Acknowledgement!.At)}, and is not in the store.";

    private bool IsOfASleeper(SeenState read) =>
        _history.Blows.Any(blow => blow.WokeAt is { } woke && read.Begun >= blow.At && read.Begun <= woke + Waking)
            || _history.ToldDead.Any(noticed => read.Begun >= noticed - Unnoticed && read.Begun <= noticed);

    private IEnumerable<(SeenState Read, long Acknowledged)> ReadTooOld()
    {
        foreach (var task in _history.Reads.GroupBy(read => read.Task))
        {
            // The highest version that was acknowledged by then.
            var acknowledged = _updates[task.Key].Select(update => update.Acknowledgement).OfType<UpdateAnswer>().OrderBy(answer => answer.At).ToList();
            var (next, highest) = (0, 0L);
            foreach (var read in task.OrderBy(read => read.Begun))
            {
                while (next < acknowledged.Count && acknowledged[next].At < read.Begun)
                {
                    highest = Math.Max(highest, acknowledged[next++].Version);
                }

                if (read.Version < highest)
                {
                    yield return (read, highest);
                }
            }
        }
    }
}
