using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Contracts;

/// <summary>Everything that can be asked of a task. The set is closed: <see cref="TaskTransitions"/> decides each of them in each state.</summary>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("VideoGen.TaskCommand")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(CreateTask), "create")]
[JsonDerivedType(typeof(AddStage), "add_stage")]
[JsonDerivedType(typeof(StartStage), "start_stage")]
[JsonDerivedType(typeof(ReportProgress), "report_progress")]
[JsonDerivedType(typeof(CompleteStage), "complete_stage")]
[JsonDerivedType(typeof(FailStage), "fail_stage")]
[JsonDerivedType(typeof(ReleaseStage), "release_stage")]
[JsonDerivedType(typeof(CancelTask), "cancel")]
[JsonDerivedType(typeof(PauseTask), "pause")]
[JsonDerivedType(typeof(ResumeTask), "resume")]
[JsonDerivedType(typeof(RetryTask), "retry")]
[JsonDerivedType(typeof(SaveTask), "save")]
[JsonDerivedType(typeof(DeleteTask), "delete")]
[JsonDerivedType(typeof(DeclareWorkerLost), "worker_lost")]
[JsonDerivedType(typeof(RestartWorker), "worker_restarted")]
[JsonDerivedType(typeof(CheckDeadlines), "check_deadlines")]
[JsonDerivedType(typeof(ChangePriority), "change_priority")]
[JsonDerivedType(typeof(StartNow), "start_now")]
[JsonDerivedType(typeof(SkipStage), "skip_stage")]
[JsonDerivedType(typeof(AmendTask), "amend")]
public abstract record TaskCommand
{
    private protected TaskCommand()
    {
    }

    /// <summary>
    /// The version that the sender has seen: at another one the command is refused as a conflict. 0 for any; no task is ever at a negative one. It is asked
    /// after the ledger of operations, so a command that was applied and is sent again is still answered with what came of it. It is a condition and no
    /// part of the content, so two commands that differ in it alone have the same fingerprint.
    /// </summary>
    [Id(0), JsonIgnore]
    public long IfVersion { get; init; }

    /// <summary>Who asks; null for programs that go about their work. Two commands that differ in it alone have the same fingerprint.</summary>
    [Id(1), JsonIgnore]
    public ActOrigin? Origin { get; init; }
}

/// <summary>Creates the task, or answers with the one that the same content created before. Other content under the same id is a conflict.</summary>
/// <param name="TaskId">The id; it must be that of the grain.</param>
/// <param name="InputConfig">A JSON object.</param>
/// <param name="Pipeline">What is to be done; null for a task that the caller orchestrates.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.CreateTask")]
public sealed record CreateTask(
    [property: Id(0)] TaskId TaskId,
    [property: Id(1)] JsonText InputConfig,
    [property: Id(2)] PipelineDefinition? Pipeline) : TaskCommand
{
    [Id(3)] public ImmutableSortedDictionary<string, string> Labels { get; init; } = TaskState.NoLabels;

    [Id(4)] public int Priority { get; init; }

    [Id(5)] public TimeSpan? Retention { get; init; }

    /// <summary>For whom the task is done; null for nobody in particular. It is left out of the JSON then, so that the fingerprint stays as it was.</summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FairShare? FairShare { get; init; }

    /// <summary>The folder that holds what the task begins with; null where workers cannot tell theirs from others. It is no part of the content.</summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ArtifactFolder? ArtifactFolder { get; init; }

    /// <summary>Whether all of it is to be made for this task, whatever was made from the same before.</summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Fresh { get; init; }

    /// <summary>
    /// The span within which the task is created, in the form of W3C's traceparent header: those of its stages are below it. Null for none. It is no part of
    /// the content.
    /// </summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }
}

/// <summary>Registers a stage of a task without a pipeline; nothing happens when it is there already.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.AddStage")]
public sealed record AddStage([property: Id(0)] StageName Stage) : TaskCommand;

/// <summary>Begins an attempt. In a pipeline a worker asks for the lease of a ready stage; without one the caller just says that it starts.</summary>
/// <param name="Stage">The full name.</param>
/// <param name="Worker">Who asks; null only for a task without a pipeline.</param>
/// <param name="LeaseDuration">How long the lease holds without a report.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.StartStage")]
public sealed record StartStage(
    [property: Id(0)] StageName Stage,
    [property: Id(1)] WorkerId? Worker,
    [property: Id(2)] TimeSpan LeaseDuration) : TaskCommand
{
    /// <summary>Whether the worker promises to do nothing beside this stage; null from one that does not know of it.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Alone { get; init; }
}

/// <summary>How far an attempt is. Also the heartbeat of its lease: the answer says whether to go on.</summary>
/// <param name="Stage">The full name.</param>
/// <param name="Token">The lease's token; null only for a task without a pipeline.</param>
/// <param name="Fraction">0 to 1. Out of range is clamped, and NaN counts as 0, as in the Python system.</param>
/// <param name="Message">What is being done, for a person; null leaves the last one.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.ReportProgress")]
public sealed record ReportProgress(
    [property: Id(0)] StageName Stage,
    [property: Id(1)] long? Token,
    [property: Id(2), JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double Fraction,
    [property: Id(3)] string? Message) : TaskCommand
{
    /// <summary>Rises with each report of an attempt, so that reports in any order show the same message in the end (T8).</summary>
    [Id(4)] public long Sequence { get; init; }

    /// <summary>The unit that the fraction is of, with the number of units in all; null for the whole stage.</summary>
    [Id(5)] public string? Unit { get; init; }

    [Id(6)] public int UnitCount { get; init; }

    /// <summary>True: acknowledged when stored. False: merged in memory, and stored within a second or with the next write (T1).</summary>
    [Id(7)] public bool Durable { get; init; }

    /// <summary>How long the lease holds from now; null leaves it.</summary>
    [Id(8)] public TimeSpan? ExtendLease { get; init; }
}

/// <summary>
/// The last words of an attempt, which travel with its end: a report of its own could come after the end, and would then be refused (T7). Of a stage that
/// has ended only the message remains, so units have no place here. It is left out of the JSON where there is none, so that the fingerprint of a command
/// without it stays as it was.
/// </summary>
/// <param name="Sequence">As in <see cref="ReportProgress"/>.</param>
/// <param name="Fraction">As in <see cref="ReportProgress"/>; among equal sequences the higher one has the message.</param>
/// <param name="Message">For a person; what is longer than <see cref="Limits.MaxMessageLength"/> is cut.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.LastProgress")]
public sealed record LastProgress(
    [property: Id(0)] long Sequence,
    [property: Id(1), JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double Fraction,
    [property: Id(2)] string? Message);

/// <summary>Ends an attempt well. Artifacts, added stages, warnings and result become part of the task together.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.CompleteStage")]
public sealed record CompleteStage(
    [property: Id(0)] StageName Stage,
    [property: Id(1)] long? Token) : TaskCommand
{
    [Id(2)] public ImmutableArray<Artifact> Artifacts { get; init; } = [];

    /// <summary>Artifacts of which only name and address are known.</summary>
    [Id(3)] public ImmutableSortedDictionary<string, string> ArtifactAddresses { get; init; } = StageState.EmptyArtifacts;

    [Id(4)] public ImmutableArray<StageDefinition> FanOut { get; init; } = [];

    [Id(5)] public ImmutableArray<string> Warnings { get; init; } = [];

    [Id(6)] public JsonText? TaskResult { get; init; }

    /// <summary>What the attempt said last; null when it said nothing.</summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastProgress? LastProgress { get; init; }

    /// <summary>Who would take the next stage; null for nobody. It is a wish, so two commands that differ in it alone have the same fingerprint.</summary>
    [Id(8), JsonIgnore]
    public StageTaker? Taker { get; init; }

    /// <summary>The task that had made the same before, and whose artifacts these are copies of; null where the worker made them.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReusedFrom { get; init; }
}

/// <summary>Ends an attempt badly. Whether there is another is the retry policy's to say.</summary>
/// <param name="Stage">The full name.</param>
/// <param name="Token">The lease's token; null only for a task without a pipeline.</param>
/// <param name="Error">For a person.</param>
/// <param name="Code">A short stable name, or null.</param>
/// <param name="Retryable">Whether another attempt could end better.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.FailStage")]
public sealed record FailStage(
    [property: Id(0)] StageName Stage,
    [property: Id(1)] long? Token,
    [property: Id(2)] string Error,
    [property: Id(3)] string? Code = null,
    [property: Id(4)] bool Retryable = false) : TaskCommand
{
    /// <summary>What the attempt said last; null when it said nothing.</summary>
    [Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastProgress? LastProgress { get; init; }

    /// <summary>
    /// Whom the stage asked is too busy, and wants to be asked again after this; null for any other failure. It is no failure of the stage, so it uses up
    /// nothing of the retry policy: the stage waits for that time, and the limits that it names rest, so that no other attempt asks before.
    /// </summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The only limit of the stage that rests; null, or one that it does not name, for all of its limits.</summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RestingLimit { get; init; }
}

/// <summary>
/// Gives a lease back unfinished, because the task is paused, the worker stops, or the worker cannot do the stage. It counts neither as failed nor as lost.
/// </summary>
[GenerateSerializer, Immutable, Alias("VideoGen.ReleaseStage")]
public sealed record ReleaseStage([property: Id(0)] StageName Stage, [property: Id(1)] long Token) : TaskCommand
{
    /// <summary>What the worker lacks to do the stage, for a person; null when it lacks nothing.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }
}

/// <summary>Cancels a task that is not finished yet.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.CancelTask")]
public sealed record CancelTask : TaskCommand;

/// <summary>Starts nothing more, and has running attempts given back: their next ones begin anew.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.PauseTask")]
public sealed record PauseTask : TaskCommand
{
    /// <summary>True: attempts at work go on to their end, and only then nothing of the task is done.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AfterStages { get; init; }
}

/// <summary>Goes on with a paused task.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.ResumeTask")]
public sealed record ResumeTask : TaskCommand;

/// <summary>Reopens a failed or cancelled task: the stages that did not complete are done again, the completed ones keep what they made.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.RetryTask")]
public sealed record RetryTask : TaskCommand
{
    /// <summary>
    /// Full names of stages that are done again, completed or not, with everything that depends on them; also in a task that is completed or at work. Empty
    /// for those that did not complete. It is left out of the JSON then, so that the fingerprint stays as it was.
    /// </summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<StageName> Stages { get; init => field = value.IsDefaultOrEmpty ? default : value; }
}

/// <summary>
/// Compare and swap: replaces the fields that the Python system knows when the version is still the expected one (0 for a task that does not exist).
/// What belongs to the cluster (pipeline, plans, leases, attempts) is kept as it is.
/// </summary>
/// <param name="ExpectedVersion">The version that the caller changed.</param>
/// <param name="State">The whole state as JSON.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.SaveTask")]
public sealed record SaveTask([property: Id(0)] long ExpectedVersion, [property: Id(1)] JsonText State) : TaskCommand;

/// <summary>Deletes a task that is not running.</summary>
[GenerateSerializer, Immutable, Alias("VideoGen.DeleteTask")]
public sealed record DeleteTask : TaskCommand;

/// <summary>A worker is known to be gone: its leases are void now, and need not be waited for.</summary>
/// <param name="WorkerName">Of all its incarnations.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.DeclareWorkerLost")]
public sealed record DeclareWorkerLost([property: Id(0)] string WorkerName) : TaskCommand;

/// <summary>
/// A person ended the one worker of the task and starts it again: its leases are given back, and lost attempts are counted anew. The bound on them is for
/// stages that kill their workers while nobody looks on.
/// </summary>
/// <param name="WorkerName">Of all its incarnations.</param>
[GenerateSerializer, Immutable, Alias("VideoGen.RestartWorker")]
public sealed record RestartWorker([property: Id(0)] string WorkerName) : TaskCommand;

/// <summary>
/// Asks the task to look at its clock: expired leases and run timeouts take effect, and a finished task that was kept for long enough is deleted. The grain
/// sends it to itself.
/// </summary>
[GenerateSerializer, Immutable, Alias("VideoGen.CheckDeadlines")]
public sealed record CheckDeadlines : TaskCommand
{
    /// <summary>True the first time after an activation took the task over: leases whose holders it has not heard yet count that.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AfterTakeover { get; init; }

    /// <summary>How long a finished task is kept that says nothing of it itself; null for ever.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Retention { get; init; }
}
