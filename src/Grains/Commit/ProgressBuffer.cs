using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Rules;

namespace VideoGen.Grains.Commit;

/// <summary>A report that was acknowledged as buffered, and when it came.</summary>
internal readonly record struct BufferedReport(ReportProgress Report, Arrival ArrivedAt);

/// <summary>
/// Progress that waits for the next write. It keeps, for each stage, lease and unit, the report with the highest fraction, the one with the newest
/// message and the one that came last: their join is the join of all reports (T8), and renews the lease as far as all of them do.
/// </summary>
internal sealed class ProgressBuffer
{
    private readonly Dictionary<(StageName Stage, long? Token, string? Unit), Held> _reports = [];

    public bool IsEmpty => _reports.Count == 0;

    /// <summary>False when too many stages and units are held already.</summary>
    public bool TryAdd(ReportProgress report, Arrival arrivedAt)
    {
        var added = new BufferedReport(report with { Message = report.Message is { } message ? MessageText.Cut(message) : null }, arrivedAt);
        var key = (report.Stage, report.Token, report.Unit);
        if (!_reports.TryGetValue(key, out var held))
        {
            return _reports.Count < Limits.MaxBufferedReports && _reports.TryAdd(key, new Held(added, added, added));
        }

        _reports[key] = new Held(
            IsFurther(added.Report, held.Furthest.Report) ? added : held.Furthest,
            MessageRank.Of(added.Report).CompareTo(MessageRank.Of(held.Newest.Report)) > 0 ? added : held.Newest,
            arrivedAt.Timestamp >= held.Latest.ArrivedAt.Timestamp ? added : held.Latest);
        return true;
    }

    /// <summary>All that is held; nothing is held afterwards.</summary>
    public IReadOnlyList<BufferedReport> Take()
    {
        if (IsEmpty)
        {
            return [];
        }

        var reports = _reports.Values.SelectMany(held => new[] { held.Furthest, held.Newest, held.Latest }).Distinct().ToArray();
        _reports.Clear();
        return reports;
    }

    private static bool IsFurther(ReportProgress report, ReportProgress held) =>
        TaskTransitions.Share(report) > TaskTransitions.Share(held);

    private readonly record struct Held(BufferedReport Furthest, BufferedReport Newest, BufferedReport Latest);
}
