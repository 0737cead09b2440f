using System.Collections.Immutable;
using System.Globalization;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Waits;

/// <summary>Why a stage is not started: one true reason, in the same words wherever it is told.</summary>
/// <param name="Kind">For programs.</param>
/// <param name="Clause">For a person, as the end of a sentence about the stage: <c>it waits for limit gpu, 2 of 2 taken by …</c>.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StageObstacle")]
public sealed record StageObstacle([property: Id(0)] ObstacleKind Kind, [property: Id(1)] string Clause)
{
    /// <summary>Holders of a limit, and workers, that a sentence names.</summary>
    public const int MaxNamed = 3;

    /// <summary>Where in the clause the name of a stage begins.</summary>
    [Id(2)] public int NamedAt { get; init; }

    /// <summary>How long that is; 0 for a clause that names none.</summary>
    [Id(3)] public int NamedLength { get; init; }

    /// <summary>The stage that the clause names; null when it names none, also where others say that it does.</summary>
    public StageName? Named =>
        NamedLength > 0 && NamedAt >= 0 && NamedAt <= Clause.Length - NamedLength
            && StageName.TryParse(Clause.Substring(NamedAt, NamedLength), out var name, out _)
            ? name
            : default(StageName?);

    /// <summary>Standing alone: <c>It waits for limit gpu, 2 of 2 taken by ….</c></summary>
    public string Sentence => $"{char.ToUpperInvariant(Clause[0])}{Clause.AsSpan(1)}{Stop}";

    /// <summary>The sentence for a view that calls stages by titles: the stage in it has its title too.</summary>
    /// <param name="titleOf">What the view calls a stage.</param>
    public string SentenceWith(Func<StageName, string> titleOf)
    {
        ArgumentNullException.ThrowIfNull(titleOf);
        return Named is { } stage
            ? (this with { Clause = $"{Clause.AsSpan(0, NamedAt)}{titleOf(stage)}{Clause.AsSpan(NamedAt + NamedLength)}" }).Sentence
            : Sentence;
    }

    /// <summary>As the answer to somebody who tries to start the stage.</summary>
    public string RefusalOf(StageName stage) => $"Stage {stage} is not started: {Clause}{Stop}";

    /// <summary>What others said may end with a full stop of its own.</summary>
    private string Stop => Clause[^1] is '.' or '!' or '?' or '…' ? "" : ".";

    public static StageObstacle TaskPaused(DateTimeOffset? since) =>
        new(ObstacleKind.TaskPaused, $"the task is paused{(since is { } moment ? $" since {Time(moment)}" : "")}");

    public static StageObstacle TaskEnded(RunStatus status) => new(ObstacleKind.TaskEnded, $"the task is {status.ToWireName()}");

    public static StageObstacle AtWork(string worker) => new(ObstacleKind.AtWork, $"worker {worker} is doing it");

    public static StageObstacle Group() => new(ObstacleKind.Group, "it is a group, of which only the members are started");

    public static StageObstacle Ended(RunStatus status) => new(ObstacleKind.Ended, $"it is {status.ToWireName()}");

    public static StageObstacle Aborted(StageName critical) =>
        Naming(ObstacleKind.Aborted, "critical stage ", critical, " failed, so nothing more of the task is started");

    /// <param name="name">The first stage that it waits for.</param>
    /// <param name="stage">That one as it stands; null when the task does not have it.</param>
    public static StageObstacle Dependency(StageName name, StageState? stage)
    {
        var worker = stage?.Lease is { } lease ? $" on {lease.Worker.Name}" : "";
        var progress = stage is { Status: RunStatus.Running or RunStatus.Paused }
            ? string.Create(CultureInfo.InvariantCulture, $" ({Math.Floor(stage.Progress * 100):0} %{worker})")
            : "";
        var standing = stage is null ? "the task does not have" : $"is {stage.Status.ToWireName()}{progress}";
        return Naming(ObstacleKind.Dependency, "it waits for stage ", name, $", which {standing}");
    }

    /// <param name="left">How long the delay goes on.</param>
    /// <param name="cause">What the attempt before said; null when it said nothing.</param>
    public static StageObstacle Delay(TimeSpan left, string? cause) => new(
        ObstacleKind.Delay,
        string.Create(CultureInfo.InvariantCulture, $"it is tried again in {Math.Ceiling(left.TotalSeconds):0} s after: {cause ?? "its worker was lost"}"));

    public static StageObstacle Alone(int lost) => new(
        ObstacleKind.Alone, $"it was lost with its worker {lost} times, so it waits for a worker that does nothing beside it");

    public static StageObstacle Worker(string queue) => new(ObstacleKind.Worker, $"it waits for a worker of queue {queue}");

    public static StageObstacle QueuePaused(QueuePause pause) => new(ObstacleKind.QueuePaused, pause.ToString());

    /// <param name="queue">Where it waits.</param>
    /// <param name="kind">What a worker must have code for.</param>
    /// <param name="needs">What else a worker must have.</param>
    /// <param name="absence">Since when there is none, and who was the last.</param>
    /// <param name="alive">Workers that are alive.</param>
    /// <param name="problem">What one of the queue's workers says of itself; null when none has a problem.</param>
    public static StageObstacle NoWorker(
        string queue, string kind, ImmutableArray<string> needs, (DateTimeOffset Since, string? Last) absence, int alive, string? problem)
    {
        var with = needs.IsDefaultOrEmpty ? "" : $" with {string.Join(" and ", needs)}";
        var last = absence.Last is { } name ? $" ({name} was the last)" : " at least";
        var others = $"{alive} {(alive == 1 ? "worker is" : "workers are")} alive";
        return Naming(
            ObstacleKind.NoWorker,
            $"no worker of queue {queue}{with} does ",
            kind,
            $" since {Time(absence.Since)}{last}; {others}{(problem is null ? "" : $". {problem}")}");
    }

    public static StageObstacle WorkersDrain(string queue, string kind, IReadOnlyCollection<string> workers) => Naming(
        ObstacleKind.WorkersDrain, $"all workers of queue {queue} that do ", kind, $" take nothing more ({List(workers, workers.Count)})");

    /// <param name="limit">Its name.</param>
    /// <param name="weight">Slots that the stage takes.</param>
    /// <param name="used">Slots that are taken.</param>
    /// <param name="most">Slots that there are.</param>
    /// <param name="holders">Some of those who hold them, as <c>task/stage on worker</c>.</param>
    /// <param name="count">How many hold them.</param>
    public static StageObstacle LimitFull(string limit, int weight, int used, int most, IReadOnlyCollection<string> holders, int count) => new(
        ObstacleKind.LimitFull,
        $"it waits for {(weight == 1 ? "" : $"{Math.Min(weight, most)} slots of ")}limit {limit}, {used} of {most} taken by "
            + (count == 0 ? "attempts that are about to start" : List(holders, count)));

    /// <param name="limit">Its name.</param>
    /// <param name="waiting">Attempts that wait in line.</param>
    /// <param name="weight">Slots that the first of them needs.</param>
    /// <param name="used">Slots that are taken.</param>
    /// <param name="most">Slots that there are; null for any number.</param>
    public static StageObstacle LimitLine(string limit, int waiting, int weight, int used, int? most) => new(
        ObstacleKind.LimitLine,
        $"it waits in line for limit {limit} behind {waiting} {(waiting == 1 ? "other" : "others")}, the first of which needs {weight} slots; "
            + $"{used}{(most is null ? "" : $" of {most}")} are taken");

    public static StageObstacle LimitRate(string limit, string rate, DateTimeOffset next) =>
        new(ObstacleKind.LimitRate, $"it waits for limit {limit}, which allows {rate}: the next one may start at {Time(next)}");

    public static StageObstacle LimitRests(string limit, DateTimeOffset until, string? reason) =>
        new(ObstacleKind.LimitRests, $"limit {limit} rests until {Time(until)} because {reason ?? "an attempt was told to come again then"}");

    public static StageObstacle LimitSettling(string limit) =>
        new(ObstacleKind.LimitSettling, $"it waits for limit {limit}, which has just come up and finds out who holds its slots");

    /// <param name="queue">Where it waits.</param>
    /// <param name="ahead">Stages that go before it, of those that the same workers do.</param>
    /// <param name="isExact">Whether these are all.</param>
    /// <param name="workers">Workers that can do it.</param>
    /// <param name="busy">Stages that these do now.</param>
    /// <param name="slots">Stages that they do at a time.</param>
    public static StageObstacle Turn(string queue, long ahead, bool isExact, int workers, int busy, int slots)
    {
        var place = ahead == 0 && isExact ? "it is the next one" : $"it waits behind {(isExact ? "" : "at least ")}{ahead} {(ahead == 1 ? "other" : "others")}";
        return new(
            ObstacleKind.Turn,
            $"{place} in queue {queue} for {(workers == 1 ? "the one worker that does such stages, which does" : $"one of {workers} workers, which do")} "
                + $"{busy} {(busy == 1 ? "stage" : "stages")} in {slots} {(slots == 1 ? "slot" : "slots")}");
    }

    public static StageObstacle HandedOut(string queue) =>
        new(ObstacleKind.HandedOut, $"a worker of queue {queue} has just taken it, and is about to start it");

    public static StageObstacle OnItsWay(string queue) =>
        new(ObstacleKind.OnItsWay, $"word of it is on its way to queue {queue}, which looks for what it missed every few seconds");

    private static StageObstacle Naming(ObstacleKind kind, string before, StageName stage, string after) =>
        new(kind, $"{before}{stage}{after}") { NamedAt = before.Length, NamedLength = stage.Value.Length };

    private static string List(IReadOnlyCollection<string> names, int count)
    {
        var named = names.Take(MaxNamed).ToList();
        return $"{string.Join(", ", named)}{(count > named.Count ? $" and {count - named.Count} more" : "")}";
    }

    private static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
