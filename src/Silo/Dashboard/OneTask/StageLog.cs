using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>One thing that happened to a stage, or that it said.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">The full name; null for the task itself.</param>
/// <param name="Text">For a person.</param>
/// <param name="Kind">A class of its own.</param>
internal sealed record LogLine(DateTimeOffset At, StageName? Stage, string Text, string Kind);

/// <summary>
/// The log of a task: what its state remembers (attempts, ends, errors), and what its stages said while somebody looked. The latter is in memory alone.
/// </summary>
internal sealed class StageLog
{
    private const int MaxSaid = 500;

    private const int MaxLines = 200;

    private readonly Queue<LogLine> _said = new();
    private readonly Dictionary<StageName, string> _last = [];

    /// <summary>Takes note of what stages say in a newer state.</summary>
    public void Hear(TaskState state, DateTimeOffset now)
    {
        foreach (var stage in state.Stages)
        {
            if (stage.Message is { } message && _last.GetValueOrDefault(stage.Name) != message)
            {
                _last[stage.Name] = message;
                if (stage.Lease is not null)
                {
                    _said.Enqueue(new LogLine(now, stage.Name, message, "said"));
                }
            }
        }

        while (_said.Count > MaxSaid)
        {
            _said.Dequeue();
        }
    }

    /// <summary>The newest first.</summary>
    /// <param name="state">Of the task.</param>
    /// <param name="find">Lines have this in them, or in the name or the title of their stage; null for all lines.</param>
    public ImmutableArray<LogLine> Of(TaskState state, string? find = null) =>
        [.. Facts(state).Concat(_said).Where(line => find is null || Has(line, find)).OrderByDescending(line => line.At).Take(MaxLines)];

    private static bool Has(LogLine line, string find) =>
        line.Text.Contains(find, StringComparison.OrdinalIgnoreCase)
        || (line.Stage is { } stage
            && (stage.Value.Contains(find, StringComparison.OrdinalIgnoreCase) || StageTitles.InText(stage).Contains(find,
                StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<LogLine> Facts(TaskState state)
    {
        yield return new LogLine(state.CreatedAt, null, "created", "fact");
        if (state.CompletedAt is { } ended && state.Status.IsFinished())
        {
            yield return new LogLine(ended, null, state.Status.ToWireName(), state.Status == RunStatus.Failed ? "error" : "fact");
        }

        if (state.PausedAt is { } paused)
        {
            yield return new LogLine(paused, null, "paused", "fact");
        }

        foreach (var stage in state.Stages.Where(stage => stage.Plan is not { IsGroup: true }))
        {
            foreach (var attempt in stage.FormerAttempts ?? [])
            {
                if (attempt.StartedAt is { } began)
                {
                    yield return new LogLine(began, stage.Name, $"attempt {attempt.Attempt} began on {attempt.Worker}", "fact");
                }

                yield return new LogLine(attempt.EndedAt, stage.Name, AttemptWords.Of(attempt),
                    attempt.End == FormerAttempt.Failed ? "error" : "fact");
            }

            if (stage is { StartedAt: { } started, Lease: { } lease })
            {
                yield return new LogLine(started, stage.Name, $"attempt {stage.Attempt} began on {lease.Worker.Name}", "fact");
            }

            if (stage is { CompletedAt: { } completed, Status: RunStatus.Completed })
            {
                var how = stage.Skipped is { } why ? $"skipped: {why}" : stage.CompletedBy is { } worker ? $"completed by {worker}" : "completed";
                yield return new LogLine(completed, stage.Name, how, "fact");
            }
        }
    }
}
