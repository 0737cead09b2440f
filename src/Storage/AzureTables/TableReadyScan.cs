using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Goes along the rows of a queue in one partition, for as long as there may be one that belongs to the answer. Of each group of rows it takes what the answer
/// may hold and one more, and leads past the rest.
/// </summary>
internal sealed class TableReadyScan(ReadyQuery query)
{
    /// <summary>The next row is to be read.</summary>
    public const string GoOn = "next";

    /// <summary>No other row is to be read.</summary>
    public const string Stop = "";

    private string? _group;
    private string? _task;
    private string _worst = "";
    private int _inGroup;
    private int _wanted;

    public List<ReadyStage> Found { get; } = [];

    /// <summary>Whether no row was left out.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Takes the stages of a row, and says where to go on.</summary>
    public string Add(string row, List<ReadyStage> stages)
    {
        if (stages.RemoveAll(stage => !IsWanted(stage)) > 0 && stages.Count == 0)
        {
            return TableScheduleKeys.IsCrowded(row) || query.Kinds is null ? GoOn : TableScheduleKeys.After(row, kind: true);
        }

        if (_wanted >= query.Limit && string.CompareOrdinal(TableScheduleKeys.RankOf(row), _worst) > 0)
        {
            // Whatever comes now is of a lower priority than all that there is room for.
            IsComplete = false;
            return Stop;
        }

        if (TableScheduleKeys.IsCrowded(row))
        {
            Take(row, stages);
            return GoOn;
        }

        var (group, task) = (TableScheduleKeys.After(row, kind: false), TableScheduleKeys.UpToTask(row));
        if (group != _group)
        {
            (_group, _inGroup) = (group, 0);
        }
        else if (_inGroup > query.PerKey && task != _task)
        {
            // The stages of one task stand in several rows, so they are read to their end.
            IsComplete = false;
            return group;
        }

        _task = task;
        Take(row, stages);
        return GoOn;
    }

    private void Take(string row, List<ReadyStage> stages)
    {
        Found.AddRange(stages);
        var due = stages.Count(stage => !(stage.NotBefore > query.Now));
        _wanted += Math.Clamp(query.PerKey - _inGroup, 0, due);
        _inGroup += due;
        _worst = TableScheduleKeys.RankOf(row);
    }

    private bool IsWanted(ReadyStage stage) => stage.Queue == query.Queue && (query.Kinds is not { } kinds || kinds.Contains(stage.Kind));
}
