using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Workers;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>
/// How long a task still takes, by how long its own stages of a kind took and, where it has none yet, by how long such stages took lately in the cluster. It is
/// the longer of two bounds: the longest chain of what is left, and all of it divided among those who work. Pure.
/// </summary>
internal static class Eta
{
    /// <summary>Of less than that the speed of a stage says nothing.</summary>
    private const double TellingProgress = 0.05;

    /// <summary>Null when nothing is known of one of the kinds that are left, or the task does not go on by itself.</summary>
    public static TimeSpan? Left(TaskState state, ImmutableArray<KindDuration> durations, int slots, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status is not (RunStatus.Pending or RunStatus.Running) || state.Pipeline is null)
        {
            return null;
        }

        var own = state.Stages
            .Where(stage => stage is { Status: RunStatus.Completed, StartedAt: not null, CompletedAt: not null, Skipped: null, Plan.IsGroup: false })
            .GroupBy(stage => stage.Name.Kind, StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, kind => kind.Average(stage => (stage.CompletedAt!.Value - stage.StartedAt!.Value).TotalSeconds),
                StringComparer.Ordinal);
        var left = new Dictionary<StageName, double>();
        foreach (var stage in state.Stages.Where(stage => !stage.Status.IsFinished()))
        {
            if (stage.Plan is { IsGroup: true })
            {
                left[stage.Name] = 0;
                continue;
            }

            var usual = own.TryGetValue(stage.Name.Kind, out var seconds) ? seconds
                : durations.FirstOrDefault(duration => duration.Kind == stage.Name.Kind)?.Median.TotalSeconds;
            if (LeftOf(stage, usual, now) is not { } known)
            {
                return null;
            }

            left[stage.Name] = known;
        }

        var working = state.Stages.Count(stage => stage.Lease is not null);
        var shared = left.Values.Sum() / Math.Max(1, Math.Max(working, Math.Min(slots, left.Count)));
        return TimeSpan.FromSeconds(Math.Max(Longest(state, left), shared));
    }

    private static double? LeftOf(StageState stage, double? usual, DateTimeOffset now)
    {
        if (stage is not { Lease: not null, StartedAt: { } started })
        {
            return usual;
        }

        var elapsed = Math.Max(0, (now - started).TotalSeconds);
        return stage.Progress >= TellingProgress ? elapsed * (1 - stage.Progress) / stage.Progress
            : usual is { } whole ? Math.Max(0, whole - elapsed)
            : null;
    }

    /// <summary>A pipeline has no rings, so each stage is looked at once.</summary>
    private static double Longest(TaskState state, Dictionary<StageName, double> left)
    {
        var members = state.Stages.Where(stage => stage.Name.Group is not null).ToLookup(stage => stage.Name.Group!.Value, stage => stage.Name);
        var ends = new Dictionary<StageName, double>();
        return left.Count == 0 ? 0 : left.Keys.ToList().Max(EndOf);

        double EndOf(StageName name)
        {
            if (!left.TryGetValue(name, out var own))
            {
                return 0;
            }

            if (!ends.TryGetValue(name, out var end))
            {
                // Against a document that is none of ours: a stage that is asked for while it is looked at adds nothing.
                ends[name] = 0;
                var before = (state.Stages.TryGet(name, out var stage) ? stage.Plan?.Dependencies ?? [] : []).Concat(members[name]);
                ends[name] = end = own + before.Select(EndOf).DefaultIfEmpty(0).Max();
            }

            return end;
        }
    }
}
