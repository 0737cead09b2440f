using System.Text;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Tests.Simulation;

/// <summary>Judges what callers were answered, and what readers were shown.</summary>
internal sealed partial class Checker
{
    private void CheckAnswers(SentOperation operation)
    {
        _introduced.TryGetValue(operation.Id.Value, out var introduced);
        foreach (var answer in operation.Answers)
        {
            var was = introduced is not null && introduced.Commit.At <= answer.At;
            switch (answer)
            {
                case { Reply: { Outcome: CommandOutcome.Applied } applied }:
                    if (!was)
                    {
                        var effect = introduced is null ? "never took effect" : $"took effect later, in {introduced}";
                        Violated("T1", $"{Name(operation)} was acknowledged at {answer.At:HH:mm:ss.fff}, and {effect}");
                    }
                    else if (introduced!.Operations[operation.Id.Value] != applied.Version)
                    {
                        Violated("T2", $"{Name(operation)} made version {introduced.Operations[operation.Id.Value]} and was answered {applied.Version}");
                    }

                    break;
                case { Reply.Reason: RefusalReason.OperationExpired or RefusalReason.Busy }:
                case { Exception: TaskStorageException or SiloDiedException }:
                    break;
                default:
                    // A repeat gets the answer of the first send to the same activation, so it is that one's time that counts.
                    var first = operation.Answers.Find(other =>
                        other.By == answer.By && other.Reply is not null && other.Reply.Outcome == answer.Reply?.Outcome) ?? answer;
                    CheckNoEffect(operation, first, introduced, introduced is not null && introduced.Commit.At <= first.At);
                    break;
            }
        }
    }

    /// <summary>Refused, unchanged, or in conflict: it had no effect, and nobody brings it after all.</summary>
    private void CheckNoEffect(SentOperation operation, Answer answer, StoredVersion? introduced, bool was)
    {
        if (was)
        {
            Violated("T5", $"{Name(operation)} took effect in {introduced}, and was answered {Outcome(answer)} ({answer.Reply?.Reason}) afterwards");
        }
        else if (introduced is not null && answer.Exception is null && !(_asksOutside && operation.Command is StartStage))
        {
            var when = $"{answer.At:HH:mm:ss.fff}";
            Violated("T5", $"{Name(operation)} was answered {Outcome(answer)} ({answer.Reply!.Reason}) at {when}, and took effect in {introduced}");
        }
    }

    private void CheckReads()
    {
        var acknowledged = _history.Operations
            .SelectMany(operation => operation.Answers)
            .Where(answer => answer.Reply?.Outcome == CommandOutcome.Applied)
            .ToList();
        var highest = new Dictionary<SimulatedActivation, long>();
        foreach (var read in _history.Reads)
        {
            if (read.Snapshot is { } snapshot)
            {
                var stored = _versions.Find(version => version.Commit.ETag == snapshot.ETag);
                if (stored is null || stored.Commit.At > read.At || stored.Version != snapshot.Version
                    || !Encoding.UTF8.GetString(stored.Commit.Json).Contains(Encoding.UTF8.GetString(snapshot.Json), StringComparison.Ordinal))
                {
                    Violated("T4", $"a reader saw version {snapshot.Version} ({snapshot.ETag}) at {read.At:HH:mm:ss.fff}, which was not durable");
                }
            }

            if (read.Snapshot is { } seen)
            {
                if (highest.TryGetValue(read.By, out var before) && before > seen.Version)
                {
                    Violated("T3", $"a reader saw version {seen.Version} after {before}");
                }

                highest[read.By] = seen.Version;
                var acked = _oneActivation && !_staleReads
                    ? acknowledged.Where(answer => answer.At < read.AskedAt).Select(answer => answer.Reply!.Version).DefaultIfEmpty().Max()
                    : 0;
                if (acked > seen.Version)
                {
                    var who = acknowledged.First(answer => answer.Reply!.Version == acked && answer.At < read.AskedAt);
                    var reader = $"a reader who asked {Short(read.By.Writer)} at {read.AskedAt:mm:ss.fff} saw {seen.Version}";
                    var order = string.Join(' ', _order.Select(Short));
                    Violated("T1", $"version {acked} was acknowledged at {who.At:mm:ss.fff} by {Short(who.By)}, and {reader} (order {order})");
                }
            }
        }
    }

    /// <summary>What was acknowledged as buffered is in the task at the end, unless its attempt is over or its activation died.</summary>
    private void CheckBuffered()
    {
        if (_versions.Count == 0)
        {
            return;
        }

        foreach (var buffered in _history.Buffered.Where(buffered => !buffered.By.Crashed && _oneActivation))
        {
            var then = _versions.LastOrDefault(version => version.Commit.At <= buffered.At)?.Stage(buffered.Report.Stage.Value);
            var last = _versions[^1].Stage(buffered.Report.Stage.Value);
            if (then is { } past && last is { } present
                && StoredVersion.AttemptOf(past) == StoredVersion.AttemptOf(present) && present.GetProperty("status").GetString() == "running"
                && !_versions.Any(version => version.Commit.At > buffered.At && (version.Task is null || version.IsFinished))
                && buffered.Report.Unit is null && present.GetProperty("progress").GetDouble() < Math.Clamp(buffered.Report.Fraction, 0, 1))
            {
                var report = $"progress {buffered.Report.Fraction} of stage {buffered.Report.Stage}";
                Violated("T1", $"{report} was acknowledged at {buffered.At:HH:mm:ss.fff} and is not in the task");
            }
        }
    }

    /// <summary>The operation and its whole life, so that a violation can be understood from the message alone.</summary>
    private static string Name(SentOperation operation)
    {
        var name = $"{operation.Command.GetType().Name} {operation.Mark ?? operation.Id.ToString()}";
        var arrivals = operation.Arrivals.Select(arrival => $"{arrival.At:mm:ss.fff} to {Short(arrival.By)}");
        var answers = operation.Answers.Select(answer => $"{answer.At:mm:ss.fff} {Outcome(answer)} {answer.Reply?.Version} by {Short(answer.By)}");
        return $"{name} (sent {string.Join(", ", arrivals)}; answered {string.Join(", ", answers)})";
    }

    private static string Outcome(Answer answer) => answer.Reply?.Outcome.ToString() ?? answer.Exception!.GetType().Name;

    private static string Short(Guid activation) => activation.ToString()[..4];
}
