using System.Collections.Immutable;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>One row of the schedule of a task.</summary>
/// <param name="Key">Of the row.</param>
/// <param name="From">When the first of its stages may start, in ticks; 0 for at once.</param>
/// <param name="Kinds">For a row of delays: what waits, a kind a line; null for anything.</param>
/// <param name="Checksum">Of the stages or holders; 0 for a row that has none.</param>
internal sealed record TableScheduleRow(string Key, long From, string? Kinds, long Checksum)
{
    /// <summary>The stages or holders; null for a row whose key says all, and for one that was written already.</summary>
    public TableBody? Body { get; init; }

    /// <summary>Whether a row of that key holds the same.</summary>
    public bool IsSame(TableScheduleRow other) => From == other.From && Kinds == other.Kinds && Checksum == other.Checksum;
}

/// <summary>The rows of the schedule of one task.</summary>
internal sealed class TableSchedule
{
    /// <summary>
    /// Rows of a task. A transaction has a hundred operations, and may have to remove as many rows as it writes; a task that would have more has few, in which
    /// everything stands together.
    /// </summary>
    public const int MaxRows = 40;

    private readonly TaskSchedule _made;

    private TableSchedule(TaskSchedule made, ImmutableArray<TableScheduleRow> rows)
    {
        _made = made;
        Rows = rows;
    }

    public static TableSchedule Nothing { get; } = new(TaskSchedule.Nothing, []);

    /// <summary>In the order of their keys. Those that were only read back have nothing but a key.</summary>
    public ImmutableArray<TableScheduleRow> Rows { get; }

    /// <summary>The keys as one text, which stands on the record: so whoever writes it next knows which rows to remove.</summary>
    public string Keys => string.Join('\n', Rows.Select(row => row.Key));

    /// <summary>The rows that a record says it has.</summary>
    public static TableSchedule Parse(string? keys) => string.IsNullOrEmpty(keys)
        ? Nothing
        : new TableSchedule(TaskSchedule.Nothing, [.. keys.Split('\n').Select(key => new TableScheduleRow(key, -1, null, 0))]);

    /// <param name="task">Whose schedule it is.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="before">The rows of the version before, which are often the same.</param>
    public static TableSchedule Of(TaskId task, TaskSchedule schedule, TableSchedule before) => before.IsOf(schedule)
        ? before
        : schedule.Ready.IsEmpty && schedule.Held.IsEmpty && schedule.NextDue is null
            ? Nothing
            : new TableSchedule(schedule, Make(task, schedule));

    /// <summary>The same without what was only needed to write it.</summary>
    public TableSchedule WithoutBodies() =>
        Rows.All(row => row.Body is null) ? this : new TableSchedule(_made, [.. Rows.Select(row => row with { Body = null })]);

    private bool IsOf(TaskSchedule schedule) =>
        Rows.IsEmpty == (_made.Ready.IsEmpty && _made.Held.IsEmpty && _made.NextDue is null)
        && _made.Ready == schedule.Ready
        && _made.NextDue == schedule.NextDue
        && _made.Held.AsSpan().SequenceEqual(schedule.Held.AsSpan());

    private static ImmutableArray<TableScheduleRow> Make(TaskId task, TaskSchedule schedule)
    {
        var rows = new List<TableScheduleRow>();
        if (schedule.NextDue is { } due)
        {
            rows.Add(new TableScheduleRow(TableScheduleKeys.DueRow(due, task), 0, null, 0));
        }

        foreach (var group in schedule.Ready.GroupBy(TableScheduleKeys.ReadyRow))
        {
            rows.Add(ReadyRow(task, group.Key, [.. group]));
        }

        foreach (var delay in schedule.Ready.Where(ready => ready.NotBefore is not null).GroupBy(ready => (ready.Queue, ready.NotBefore!.Value.UtcTicks)))
        {
            var key = TableScheduleKeys.DelayRow(delay.Key.Queue, delay.First().NotBefore!.Value, task);
            rows.Add(new TableScheduleRow(key, 0, string.Join('\n', delay.Select(ready => ready.Kind).Distinct().Order(StringComparer.Ordinal)), 0));
        }

        foreach (var limit in schedule.Held.GroupBy(held => held.Limit))
        {
            rows.Add(HeldRow(task, limit.Key, [.. limit]));
        }

        return [.. (rows.Count <= MaxRows ? rows : MakeCrowded(task, schedule)).OrderBy(row => row.Key, StringComparer.Ordinal)];
    }

    private static List<TableScheduleRow> MakeCrowded(TaskId task, TaskSchedule schedule)
    {
        var rows = new List<TableScheduleRow>();
        if (schedule.NextDue is { } due)
        {
            rows.Add(new TableScheduleRow(TableScheduleKeys.DueRow(due, task), 0, null, 0));
        }

        if (!schedule.Ready.IsEmpty)
        {
            rows.Add(ReadyRow(task, TableScheduleKeys.CrowdedRow(schedule.Ready[0]), schedule.Ready));
        }

        if (rows is [.., { From: > 0 and var first }])
        {
            // Until then nobody reads the row, which knows of the other delays.
            rows.Add(new TableScheduleRow(
                TableScheduleKeys.DelayRow(TableScheduleKeys.Crowded, new DateTimeOffset(first, TimeSpan.Zero), task), 0, null, 0));
        }

        if (!schedule.Held.IsEmpty)
        {
            rows.Add(HeldRow(task, TableScheduleKeys.Crowded, schedule.Held));
        }

        return rows;
    }

    private static TableScheduleRow ReadyRow(TaskId task, string key, ImmutableArray<ReadyStage> ready) =>
        Row(task, key, ready.Min(stage => stage.NotBefore?.UtcTicks ?? 0), TableScheduleJson.Write(ready));

    private static TableScheduleRow HeldRow(TaskId task, string limit, ImmutableArray<LimitHolder> held) =>
        Row(task, TableScheduleKeys.HeldRow(limit, task), 0, TableScheduleJson.Write(held));

    private static TableScheduleRow Row(TaskId task, string key, long from, byte[] json)
    {
        var body = TableBody.Of(RecordKey.Of(task), json, alone: false);
        return new TableScheduleRow(key, from, null, body.Checksum) { Body = body };
    }
}
