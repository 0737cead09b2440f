using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>
/// Reads what the callers saw and what the store holds, and says where a promise was broken. It shares no code with what it judges. Each operation that takes
/// effect leaves its own mark in the task, so that lost, doubled and dirty updates show. What callers were answered and shown is in <c>Checker.Callers.cs</c>.
/// </summary>
internal sealed partial class Checker
{
    private readonly RecordedHistory _history;
    private readonly List<StoredVersion> _versions;
    private readonly List<Guid> _order;
    private readonly bool _oneActivation;
    private readonly bool _staleReads;
    private readonly bool _asksOutside;
    private readonly Dictionary<Guid, StoredVersion> _introduced = [];
    private readonly Dictionary<Guid, TaskCommand> _commands;
    private readonly List<string> _violations = [];

    private Checker(RecordedHistory history, SimulatedStore store, SimulatedCluster cluster, bool oneActivation, bool staleReads, bool asksOutside)
    {
        _order = [.. cluster.All.Select(activation => activation.Writer)];
        _history = history;
        _versions = [.. store.History.Select(commit => new StoredVersion(commit))];
        _oneActivation = oneActivation;
        _staleReads = staleReads;
        _asksOutside = asksOutside;
        _commands = history.Operations.ToDictionary(operation => operation.Id.Value, operation => operation.Command);
    }

    /// <summary>
    /// Everything that went wrong in the run; nothing when all promises held. The length of leases is told where workers hold some. Where starts ask limits,
    /// one that was sent five times at once may be refused for want of a slot and get it a moment later: such a refusal is not remembered by the task.
    /// </summary>
    public static IReadOnlyList<string> Check(
        RecordedHistory history,
        SimulatedStore store,
        SimulatedCluster cluster,
        bool oneActivation,
        bool staleReads = false,
        TimeSpan? lease = null,
        bool asksOutside = false)
    {
        var checker = new Checker(history, store, cluster, oneActivation, staleReads, asksOutside);
        checker.CheckChain();
        checker.CheckMarks();
        foreach (var operation in history.Operations)
        {
            checker.CheckAnswers(operation);
        }

        checker.CheckReads();
        checker.CheckBuffered();
        if (lease is { } length && oneActivation)
        {
            checker.CheckLeases(cluster, length);
        }

        return checker._violations;
    }

    private void Violated(string promise, string what) => _violations.Add($"{promise}: {what}");

    private void CheckChain()
    {
        if (_versions.Select(version => version.Commit.ETag).Distinct().Count() != _versions.Count)
        {
            Violated("T3", "an ETag was used twice");
        }

        for (var i = 0; i < _versions.Count; i++)
        {
            var before = i == 0 ? null : _versions[i - 1];
            var now = _versions[i];
            var applied = now.Operations.Where(operation => operation.Value > (before?.Version ?? 0)).ToList();
            foreach (var (operation, _) in applied)
            {
                if (!_introduced.TryAdd(operation, now))
                {
                    Violated("T2", $"operation {operation} took effect in {_introduced[operation]} and again in {now}");
                }
            }

            var rise = now.Version - (before?.Version ?? 0);
            var isDistinct = applied.Select(operation => operation.Value).Distinct().Count() == applied.Count;
            if (rise < 0 || (rise != applied.Count && rise != applied.Count + 1) || !isDistinct)
            {
                Violated("T3", $"{now} follows {before} with {applied.Count} operations");
            }

            if (now.Writes != i + 1)
            {
                Violated("T3", $"{now} calls itself write {now.Writes}, but is the {i + 1}th");
            }

            if (now.Task is { } task && task.GetProperty("version").GetInt64() != now.Version)
            {
                Violated("T3", $"the task in {now} says another version");
            }

            CheckLastWords(now, [.. applied.OrderBy(operation => operation.Value).Select(operation => _commands.GetValueOrDefault(operation.Key))]);
            if (before is not null)
            {
                CheckStep(before, now, [.. applied.Select(operation => _commands.GetValueOrDefault(operation.Key)).OfType<TaskCommand>()]);
            }
        }
    }

    private void CheckStep(StoredVersion before, StoredVersion now, List<TaskCommand> applied)
    {
        var remade = before.Task is null || now.Task is null || applied.Any(command => command is DeleteTask);
        if (before.IsFinished && !remade && !applied.Any(command => command is RetryTask or ResumeTask or SaveTask) && before.StagesText != now.StagesText)
        {
            Violated("T6", $"the task was {before.Status}, and {now} has other stages");
        }

        if (before.IsFinished && !remade && before.Status != now.Status && !applied.Any(command => command is RetryTask or ResumeTask))
        {
            Violated("T6", $"the task was {before.Status} and is {now.Status} in {now}");
        }

        if (now.HighestToken < before.HighestToken)
        {
            Violated("T7", $"the highest token fell in {now}");
        }

        var tokens = now.Stages.Select(stage => StoredVersion.TokenOf(stage.Value)).OfType<long>().ToList();
        if (tokens.Distinct().Count() != tokens.Count)
        {
            Violated("T7", $"two stages have one token in {now}");
        }

        foreach (var stage in now.Stages)
        {
            var earlier = before.Stage(stage.Name);
            var (token, earlierToken) = (StoredVersion.TokenOf(stage.Value), StoredVersion.TokenOf(earlier));
            if (token != earlierToken && token is { } given && (given <= before.HighestToken || given > now.HighestToken))
            {
                Violated("T7", $"stage {stage.Name} has token {given} in {now}, and the highest before was {before.HighestToken}");
            }

            if (remade || earlier is not { } past)
            {
                continue;
            }

            var (status, earlierStatus) = (stage.Value.GetProperty("status").GetString(), past.GetProperty("status").GetString());
            if (status == "running" && earlierStatus == "running" && StoredVersion.AttemptOf(stage.Value) == StoredVersion.AttemptOf(past)
                && StoredVersion.AttemptOf(past) > 0 && !applied.Any(command => command is SaveTask)
                && stage.Value.GetProperty("progress").GetDouble() < past.GetProperty("progress").GetDouble())
            {
                Violated("T8", $"the progress of stage {stage.Name} fell in {now}");
            }

            CheckMaker(stage.Name, stage.Value.GetProperty("artifacts").GetRawText(), past.GetProperty("artifacts").GetRawText(), earlierToken, now);
        }
    }

    /// <summary>An attempt that has ended shows what it said with its end, until another one begins or a person wants the stage done again.</summary>
    private void CheckLastWords(StoredVersion now, List<TaskCommand?> applied)
    {
        var doneAgain = applied.FindLastIndex(command => command is RetryTask { Stages.IsDefaultOrEmpty: false });
        foreach (var command in applied.Skip(doneAgain + 1))
        {
            var (name, last) = command switch
            {
                CompleteStage complete => (complete.Stage, complete.LastProgress),
                FailStage fail => (fail.Stage, fail.LastProgress),
                _ => (default, null),
            };
            if (last is not null && now.Stage(name.Value) is { } stage && StoredVersion.TokenOf(stage) is null
                && StoredVersion.MessageOf(stage) != last.Message)
            {
                Violated("T1", $"stage {name} ended with '{last.Message}', and shows '{StoredVersion.MessageOf(stage)}' in {now}");
            }
        }
    }

    /// <summary>Workers name their artifact after the token of their lease; what appears must come from the holder.</summary>
    private void CheckMaker(string stage, string artifacts, string earlier, long? holder, StoredVersion now)
    {
        if (artifacts != earlier
            && artifacts.Contains("token-", StringComparison.Ordinal)
            && !artifacts.Contains($"token-{holder}\"", StringComparison.Ordinal))
        {
            Violated("T7", $"stage {stage} has {artifacts} in {now}, but token {holder} held it");
        }
    }

    private void CheckMarks()
    {
        foreach (var operation in _history.Operations.Where(operation => operation.Mark is not null))
        {
            var counts = _versions.Select(version => version.Texts.Count(text => text.Contains(operation.Mark!, StringComparison.Ordinal))).ToList();
            if (counts.Any(count => count > 1))
            {
                Violated("T2", $"{operation.Mark} stands in the task twice");
            }

            var first = counts.FindIndex(count => count > 0);
            if (first < 0)
            {
                // Only a deletion in the same commit takes an effect away before anybody can see it.
                if (_introduced.TryGetValue(operation.Id.Value, out var introduced)
                    && !WasDeleted(introduced, after: introduced.Operations[operation.Id.Value]))
                {
                    Violated("T1", $"{operation.Mark} is remembered in {introduced} but left no effect");
                }

                continue;
            }

            var last = counts.FindIndex(first, count => count == 0);
            if (last >= 0 && counts.Skip(last).Any(count => count > 0))
            {
                Violated("T2", $"{operation.Mark} vanished in {_versions[last]} and came again");
            }

            if (last >= 0 && _versions[last].Task is not null && !WasDeleted(_versions[last], after: _versions[last - 1].Version))
            {
                Violated("T1", $"{operation.Mark} was lost in {_versions[last]}");
            }

            if (!_introduced.TryGetValue(operation.Id.Value, out var remembered) || remembered != _versions[first])
            {
                Violated("T2", $"{operation.Mark} took effect in {_versions[first]}, where its operation is not remembered");
            }
        }
    }

    /// <summary>Whether a deletion took effect in that write, after that version.</summary>
    private bool WasDeleted(StoredVersion write, long after) =>
        write.Operations.Any(entry => entry.Value > after && _commands.GetValueOrDefault(entry.Key) is DeleteTask);
}
