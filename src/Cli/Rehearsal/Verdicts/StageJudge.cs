using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Rehearsal.Verdicts;

/// <summary>T6 to T9, of tasks whose stages are done by workers.</summary>
internal sealed class StageJudge(RehearsalHistory history)
{
    /// <summary>Within the artifact of a command that no worker sent.</summary>
    public const string Forgery = "forged";

    private readonly Dictionary<string, FinalTask> _finals = history.Finals.ToDictionary(final => final.Task);

    /// <summary>What came to a task after its end changed nothing: then, or in the end.</summary>
    public Verdict T6()
    {
        var late = history.Late.Select(command => command.Task).ToHashSet();
        var applied =
            from command in history.Late
            where command.IsApplied
            select $"Task {command.Task} was finished, and {command.What} made version {command.Version} of it.";
        var changed =
            from end in history.Ends
            where _finals.TryGetValue(end.Task, out var final) && (final.Version != end.Version || final.Status != end.Status)
            select $"Task {end.Task} was {end.Status.ToWireName()} in version {end.Version}, and is {_finals[end.Task].Status.ToWireName()} in version "
                + $"{_finals[end.Task].Version} in the end.";
        return Verdict.Of("T6", $"{history.Late.Length} late commands to {late.Count} finished tasks", history.Late.Length, applied.Concat(changed));
    }

    /// <summary>A token has one holder, one attempt completes a stage, what it made is what the stage has, and nobody else is listened to.</summary>
    public Verdict T7()
    {
        var begun = history.Words.Where(word => !word.IsCompletion).ToList();
        var completed = history.Words.Where(word => word.IsCompletion).ToLookup(word => (word.Task, word.Stage), word => word.Token);
        var shared =
            from token in begun.GroupBy(word => (word.Task, word.Token))
            let holders = token.Select(word => $"{word.Worker} ({word.Stage})").Distinct().ToList()
            where holders.Count > 1
            select $"Token {token.Key.Token} of task {token.Key.Task} was given to {string.Join(" and ", holders)}.";
        var twice =
            from stage in completed
            let tokens = stage.Distinct().ToList()
            where tokens.Count > 1
            select $"Stage {stage.Key.Stage} of task {stage.Key.Task} was completed under the tokens {string.Join(", ", tokens)}.";
        var foreign =
            from final in history.Finals
            from stage in final.Stages
            let tokens = completed[(final.Task, stage.Name)].Distinct().ToList()
            where tokens.Count == 1
            from artifact in stage.Artifacts
            where !artifact.Contains($"/{tokens[0]}/", StringComparison.Ordinal)
            select $"Stage {stage.Name} of task {final.Task} was completed under token {tokens[0]}, and has the artifact {artifact}.";
        var incomplete =
            from stage in completed
            where _finals.TryGetValue(stage.Key.Task, out var final)
                && final.Stages.FirstOrDefault(final => final.Name == stage.Key.Stage) is not { Status: RunStatus.Completed }
            select $"A worker was told that it completed stage {stage.Key.Stage} of task {stage.Key.Task}, and the store does not know of it.";
        var heard =
            from command in history.Forged
            where !command.IsRefused
            select $"Stage {command.Stage} of task {command.Task} took a completion under token {command.Token}, which nobody held: {command.Answer}";
        var forged =
            from final in history.Finals
            from stage in final.Stages
            where stage.Artifacts.Any(artifact => artifact.Contains(Forgery, StringComparison.Ordinal))
            select $"Stage {stage.Name} of task {final.Task} has an artifact that no worker made.";
        return Verdict.Of(
            "T7",
            $"{begun.Count} attempts, {history.Words.Length - begun.Count} completions, {history.Forged.Length} commands under tokens of nobody",
            begun.Count,
            shared.Concat(twice).Concat(foreign).Concat(incomplete).Concat(heard).Concat(forged));
    }

    /// <summary>In the order of versions no attempt falls back, and shuffled reports end with the highest progress and the newest words.</summary>
    public Verdict T8()
    {
        var fallen =
            from attempt in history.Progress.GroupBy(seen => (seen.Task, seen.Stage, seen.Attempt))
            let seen = attempt.OrderBy(seen => seen.Version).ToList()
            from pair in seen.Zip(seen.Skip(1))
            where pair.Second.Progress < pair.First.Progress
            select $"Attempt {attempt.Key.Attempt} of stage {attempt.Key.Stage} of task {attempt.Key.Task} was at {pair.First.Progress:0.##} in version "
                + $"{pair.First.Version}, and at {pair.Second.Progress:0.##} in version {pair.Second.Version}.";
        var astray =
            from reports in history.Shuffled
            let stage = _finals.GetValueOrDefault(reports.Task)?.Stages.FirstOrDefault(stage => stage.Name == reports.Stage)
            where stage is null || Math.Abs(stage.Progress - reports.Progress) > 1e-9 || stage.Message != reports.Message
            select $"Reports of stage {reports.Stage} of task {reports.Task} came in any order, and ended at {stage?.Progress:0.##} with "
                + $"'{stage?.Message}' instead of {reports.Progress:0.##} with '{reports.Message}'.";
        return Verdict.Of(
            "T8",
            $"{history.Progress.Length} looks at stages at work, {history.Shuffled.Length} stages with shuffled reports",
            history.Progress.Length + history.Shuffled.Length,
            fallen.Concat(astray));
    }

    /// <summary>After every blow work went on, and in the end every task is finished.</summary>
    /// <remarks>A stage may fail by its own fault, or because it was lost with too many workers; then its task has ended, as promised.</remarks>
    public Verdict T9()
    {
        var stuck =
            from blow in history.Blows
            where blow.WentOnAfter is null
            select $"After what happened at {Words.Time(blow.At)} ({blow.What}) work did not go on in time.";
        var unfinished =
            from task in history.Submitted
            let final = _finals.GetValueOrDefault(task)
            where final is null || !final.Status.IsFinished()
            select final is null
                ? $"Task {task} was created, and is not in the store."
                : $"Task {task} is {final.Status.ToWireName()}: {string.Join(", ", final.Stages.Where(stage => !stage.Status.IsFinished()).Select(Describe))}.";
        var failed = history.Submitted.Count(task => _finals.GetValueOrDefault(task) is { Status: RunStatus.Failed });
        var slowest = history.Blows.Select(blow => blow.WentOnAfter ?? TimeSpan.Zero).DefaultIfEmpty().Max();
        return Verdict.Of(
            "T9",
            $"{history.Submitted.Length} tasks{(failed == 0 ? "" : $", of which {failed} failed")}, {history.Blows.Length} blows; "
                + $"work went on after at most {slowest.TotalSeconds:0.0} s",
            history.Submitted.Length,
            stuck.Concat(unfinished));
    }

    private static string Describe(FinalStage stage) => $"{stage.Name} {stage.Status.ToWireName()}";
}
