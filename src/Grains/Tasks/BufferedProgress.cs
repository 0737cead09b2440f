namespace VideoGen.Grains.Tasks;

/// <summary>
/// Progress that was acknowledged as buffered and waits for the next write. It keeps, for each stage, lease and unit, the report with the highest
/// fraction and the one with the newest message: their join is the join of all reports (T8), so its size is bounded by what is at work.
/// </summary>
internal sealed class BufferedProgress
{
    private readonly Dictionary<(string Stage, long? Token, string? Unit), (ReportProgress Furthest, ReportProgress Newest)> _reports = [];

    public bool IsEmpty => _reports.Count == 0;

    public void Add(ReportProgress report)
    {
        var key = (report.Stage, report.Token, report.Unit);
        if (!_reports.TryGetValue(key, out var held))
        {
            _reports.Add(key, (report, report));
            return;
        }

        var furthest = TaskTransitions.Clamp(report.Fraction) > TaskTransitions.Clamp(held.Furthest.Fraction) ? report : held.Furthest;
        _reports[key] = (furthest, IsNewer(report, held.Newest) ? report : held.Newest);
    }

    /// <summary>All that is held; nothing is held afterwards.</summary>
    public IReadOnlyList<ReportProgress> Take()
    {
        var reports = _reports.Values.SelectMany(held => new[] { held.Furthest, held.Newest }).Distinct().ToArray();
        _reports.Clear();
        return reports;
    }

    private static bool IsNewer(ReportProgress report, ReportProgress held)
    {
        if (string.IsNullOrEmpty(report.Message) != string.IsNullOrEmpty(held.Message))
        {
            return !string.IsNullOrEmpty(report.Message);
        }

        var order = report.Sequence.CompareTo(held.Sequence);
        order = order != 0 ? order : TaskTransitions.Clamp(report.Fraction).CompareTo(TaskTransitions.Clamp(held.Fraction));
        order = order != 0 ? order : string.CompareOrdinal(report.Message, held.Message);
        return order > 0;
    }
}
