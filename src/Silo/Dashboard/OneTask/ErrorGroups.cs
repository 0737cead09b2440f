using System.Collections.Immutable;
using VideoGen.Client.Display;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Silo.Dashboard.OneTask;

/// <summary>Failures that say the same but for numbers.</summary>
/// <param name="Message">What one of them says.</param>
/// <param name="Stages">Whose they are, in the order of the task.</param>
/// <param name="Attempts">How many attempts ended so.</param>
/// <param name="LastAt">When the last one was; null when that is not known.</param>
/// <param name="IsOver">Whether all of the stages have got over it.</param>
/// <param name="Advice">What to do.</param>
internal sealed record ErrorGroup(string Message, ImmutableArray<StageName> Stages, int Attempts, DateTimeOffset? LastAt, bool IsOver, string Advice);

/// <summary>The errors of a task by what they say, so that forty scenes with one cause are one thing to read. Pure.</summary>
internal static class ErrorGroups
{
    public static ImmutableArray<ErrorGroup> Of(TaskState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var failures = state.Stages.SelectMany(FailuresOf).ToList();
        var groups = failures
            .GroupBy(failure => KeyOf(failure.Message), StringComparer.Ordinal)
            .Select(group => new ErrorGroup(
                group.First().Message,
                [.. group.Select(failure => failure.Stage.Name).Distinct()],
                group.Count(),
                group.Max(failure => failure.At),
                group.All(failure => failure.Stage.Status is not RunStatus.Failed),
                AdviceOf([.. group.Select(failure => (failure.Stage, failure.End))])))
            .ToList();

        // The list of the task says most of it again, after the name of a stage; a group fails in its members' words.
        var told = failures.Select(failure => failure.Message).ToHashSet(StringComparer.Ordinal);
        var others = state.PresentErrors.Where(error => !told.Any(message => error.EndsWith(message, StringComparison.Ordinal)));
        groups.AddRange(others
            .GroupBy(error => KeyOf(StageTitles.InMessage(error, state.Stages)), StringComparer.Ordinal)
            .Select(group => new ErrorGroup(StageTitles.InMessage(group.First(), state.Stages), [], group.Count(), null, false, "")));
        return [.. groups.OrderBy(group => group.IsOver).ThenByDescending(group => group.LastAt)];
    }

    private static IEnumerable<(StageState Stage, string Message, DateTimeOffset? At, string End)> FailuresOf(StageState stage)
    {
        var former = (stage.FormerAttempts ?? []).Where(attempt =>
            attempt.End is FormerAttempt.Failed or FormerAttempt.Lost or FormerAttempt.HandedBack).ToList();
        foreach (var attempt in former)
        {
            var message = attempt.Why ?? (attempt.End == FormerAttempt.Lost ? $"Nothing more was heard of worker {attempt.Worker}." : "The attempt failed.");
            yield return (stage, message, attempt.EndedAt, attempt.End);
        }

        if (stage is { Status: RunStatus.Failed, Error: { } error } && stage.Plan is not { IsGroup: true }
            && !former.Exists(attempt => attempt.Why is { } why && error.StartsWith(why.TrimEnd('…'), StringComparison.Ordinal)))
        {
            yield return (stage, error, stage.CompletedAt, FormerAttempt.Failed);
        }
    }

    /// <summary>Numbers tell apart what has one cause: scenes, frames, ports, times.</summary>
    private static string KeyOf(string message)
    {
        var key = new System.Text.StringBuilder(message.Length);
        foreach (var c in message)
        {
            if (!char.IsAsciiDigit(c))
            {
                key.Append(c);
            }
            else if (key.Length == 0 || key[^1] != '#')
            {
                key.Append('#');
            }
        }

        return key.ToString();
    }

    private static string AdviceOf(IReadOnlyList<(StageState Stage, string End)> failures)
    {
        var open = failures.Where(failure => failure.Stage.Status == RunStatus.Failed).Select(failure => failure.Stage).ToList();
        if (failures.All(failure => failure.End == FormerAttempt.HandedBack))
        {
            return "The worker lacks something. Install it there, or start another worker; the stage waits for one.";
        }

        if (open.Count == 0)
        {
            return failures.Any(failure => failure.End == FormerAttempt.Lost)
                ? "It is tried again by itself. Where workers are lost again and again, look at the memory of their machines."
                : "It is tried again by itself, or went well later. There is nothing to do.";
        }

        if (failures.All(failure => failure.End == FormerAttempt.Lost))
        {
            return "Its workers were lost with it too often. Look at the memory of their machines, and retry it.";
        }

        return open.Exists(stage => stage.Plan is { Critical: true } || stage.Name.Group is not null)
            ? "Mend the cause, then retry these stages; what completed is kept."
            : "Mend the cause and retry; or skip the stage, and the task goes on without what it makes.";
    }
}
