using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

public static partial class TaskTransitions
{
    /// <summary>An act that changes the task is remembered in the same change, so that neither is ever there without the other.</summary>
    private static TaskDecision Remembered(TaskDecision decision, TaskCommand command, DateTimeOffset now)
    {
        if (command.Origin is not { } origin || decision is not TaskDecision.Changed { Next: { } next } changed)
        {
            return decision;
        }

        var former = next.Acts.IsDefault ? [] : next.Acts;
        var kept = former.RemoveRange(0, Math.Max(0, former.Length - PastAct.MaxKept + 1));
        return changed with { Next = next with { Acts = kept.Add(new PastAct(now, WordsOf(command), origin.By, origin.From, origin.Reason)) } };
    }

    /// <summary>As the command line names them.</summary>
    private static string WordsOf(TaskCommand command) => MessageText.Cut(
        command switch
        {
            CreateTask => "create",
            CancelTask => "cancel",
            PauseTask { AfterStages: true } => "pause after the stages at work",
            PauseTask => "pause",
            ResumeTask => "resume",
            RetryTask retry => Named("retry", retry.Stages.IsDefault ? [] : retry.Stages),
            ChangePriority change => string.Create(CultureInfo.InvariantCulture, $"priority {change.Priority}"),
            StartNow { Stage: { } stage } => $"run now {stage}",
            StartNow => "run now",
            SkipStage skip => $"skip {skip.Stage}",
            AmendTask amend => Named("amend", [.. ChangesOf(amend)]),
            SaveTask => "save",
            _ => command.GetType().Name,
        },
        PastAct.MaxAct);

    private static string Named<T>(string act, ImmutableArray<T> names) => names.IsEmpty ? act : $"{act} {string.Join(", ", names)}";

    private static IEnumerable<string> ChangesOf(AmendTask amend)
    {
        foreach (var (key, value) in amend.Labels ?? TaskState.NoLabels)
        {
            yield return $"{key}={value}";
        }

        foreach (var key in amend.RemovedLabels.IsDefault ? [] : amend.RemovedLabels)
        {
            yield return $"no {key}";
        }

        if (amend.Priority is { } priority)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"priority {priority}");
        }
    }
}
