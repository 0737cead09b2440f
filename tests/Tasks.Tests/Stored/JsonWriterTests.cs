using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Stored;

/// <summary>What a commit writes by hand is what the serializer would write, and a property that is added later cannot be forgotten.</summary>
public sealed class JsonWriterTests
{
    private const string Unusual = "\"<ü>\\\u2028 + \ud83c\udfac\u0001";

    private static readonly JsonElement Later = JsonElement.Parse("""{"a":[1,2.50,"\u003c",null]}""");

    public static TheoryData<string> Names => [.. Tasks.Keys];

    private static Dictionary<string, TaskState> Tasks { get; } = new()
    {
        ["full"] = FullTask(),
        ["no stages"] = Created(),
        ["stages that wait"] = Created(Pipeline(Stage("work"), Stage("later", "work"))),
        ["running"] = Of(RunStatus.Running, RunStatus.Running),
        ["of a seed"] = OfSeed(RunStatus.Failed, RunStatus.Failed),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Task_Written_IsWhatTheSerializerWrites(string name)
    {
        Assert.Equal(JsonSerializer.Serialize(Tasks[name], TaskJson.Default.TaskState), Written(scratch => TaskJsonWriter.Write(scratch, Tasks[name])));
        Assert.All(Tasks[name].Stages, stage => Assert.Equal(
            JsonSerializer.Serialize(stage, TaskJson.Default.StageState), Written(scratch => TaskJsonWriter.Write(scratch.Writer, stage))));
    }

    [Fact]
    public void Commit_Written_IsWhatTheSerializerWrites()
    {
        foreach (var commit in new[] { new CommitRecord(), FullCommit() })
        {
            Assert.Equal(JsonSerializer.Serialize(commit, CommitJson.Default.CommitRecord), Written(scratch => CommitJsonWriter.Write(scratch, commit)));
        }
    }

    [Fact]
    public void Command_Written_IsWhatTheSerializerWrites()
    {
        TaskCommand[] commands =
        [
            FullReport(),
            new ReportProgress("work", null, 0, null),
            new ReportProgress("work", 1, double.NaN, "not a number"),
            new ReportProgress("work", 1, double.NegativeInfinity, ""),
            new CompleteStage("work", 3) { TaskResult = JsonText.FromString(Unusual), LastProgress = new LastProgress(9, double.NaN, Unusual) },
            new CompleteStage("work", 3) { ReusedFrom = "former" },
            new ReleaseStage("work", 3),
            new ReleaseStage("work", 3) { Reason = Unusual },
            new CancelTask(),
            new CancelTask { IfVersion = 7, Origin = new ActOrigin("ada", "10.0.0.1", Unusual) },
            FullReport() with { IfVersion = 7, Origin = new ActOrigin("ada") },
            new PauseTask { AfterStages = true },
            new CheckDeadlines { Retention = TimeSpan.FromDays(3) },
            new RetryTask(),
            new RetryTask { Stages = ["work", "work:1.d_E-2"] },
            new StartNow(),
            new SkipStage("work", Unusual),
            new ChangePriority(-3),
            new AmendTask { Labels = TaskState.NoLabels.Add("team", Unusual), RemovedLabels = ["a"], Priority = 1 },
        ];
        Assert.All(commands, command => Assert.Equal(
            JsonSerializer.Serialize(command, CommandJson.Default.TaskCommand), Written(scratch => CommandJsonWriter.Write(scratch.Writer, command))));
    }

    /// <summary>Ledgers hold fingerprints of this text, so a command that an older program can send keeps it.</summary>
    [Fact]
    public void End_WithoutALastWord_IsWrittenAsBeforeThereWasOne()
    {
        Assert.Equal(
            """{"command":"complete_stage","stage":"work","token":3,"artifacts":[],"artifact_addresses":{},"fan_out":[],"warnings":[],"task_result":null}""",
            JsonSerializer.Serialize<TaskCommand>(new CompleteStage("work", 3), CommandJson.Default.TaskCommand));
        Assert.Equal(
            """{"command":"fail_stage","stage":"work","token":3,"error":"broken","code":null,"retryable":false}""",
            JsonSerializer.Serialize<TaskCommand>(new FailStage("work", 3, "broken"), CommandJson.Default.TaskCommand));
        Assert.Equal("""{"command":"retry"}""", JsonSerializer.Serialize<TaskCommand>(new RetryTask { Stages = [] }, CommandJson.Default.TaskCommand));
    }

    /// <summary>The comparison above shows nothing of a property that says nothing.</summary>
    [Fact]
    public void FullTask_SetsEveryProperty()
    {
        var stage = FullTask().Stages[0];
        Assert.All(
            new object[] { FullTask(), stage, stage.Plan!, stage.Lease!, FullTask().Pipeline!, FullCommit(), FullReport() }.SelectMany(Properties),
            property => Assert.True(property.Says, property.Name));
    }

    private static IEnumerable<(string Name, bool Says)> Properties(object thing) =>
        from property in thing.GetType().GetProperties()
        where property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null
            or { Condition: not System.Text.Json.Serialization.JsonIgnoreCondition.Always }
        where property.GetIndexParameters().Length == 0 && !property.GetMethod!.IsStatic
        let value = property.GetValue(thing)
        let nothing = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null
        select ($"{thing.GetType().Name}.{property.Name}", !Equals(value, nothing) && value is not (string { Length: 0 } or ICollection { Count: 0 }));

    private static TaskState FullTask() => new()
    {
        TaskId = TaskId.Parse("t"),
        InputConfig = JsonText.Parse("""{"source":"\"<ü>"}"""),
        Status = RunStatus.Paused,
        CurrentStage = "work:ü",
        OverallProgress = 1.0 / 3,
        Stages = StageMap.Empty.With(FullStage()).With(new StageState { Name = "parts" }),
        CreatedAt = Now.AddTicks(1),
        StartedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(-5.5)),
        CompletedAt = Now.AddMilliseconds(120),
        Result = JsonText.Parse("[1,2]"),
        Errors = ["first", Unusual],
        Warnings = [Unusual],
        Metadata = StageState.EmptyMetadata.Add(Unusual, JsonText.FromString(Unusual)).Add("a", JsonText.Parse("null")),
        Version = long.MaxValue,
        Pipeline = new PipelineReference(Unusual, 3),
        Labels = TaskState.NoLabels.Add("team", Unusual),
        Priority = -5,
        FairShare = new FairShare(Unusual, 1.0 / 3),
        ContentHash = "ab12",
        TimeLimit = new TimeSpan(12, 3, 4, 5, 678),
        Deadline = Now.AddDays(12),
        Retention = TimeSpan.FromMinutes(-1),
        PausedAt = Now.AddHours(3),
        FinishesStages = true,
        FormerErrors = 1,
        FormerWarnings = 2,
        Retries = 3,
        CreatedPriority = 7,
        ArtifactFolder = new ArtifactFolder("ab12", Unusual),
        Fresh = true,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Acts = [new PastAct(Now, "pause", "ada", "10.0.0.1", Unusual), new PastAct(Now, "resume", "bob", null, null)],
        UnknownFields = new() { ["later"] = Later, [Unusual] = Later },
    };

    private static StageState FullStage() => new()
    {
        Name = "work",
        Status = RunStatus.Running,
        Progress = 0.1,
        StartedAt = Now,
        CompletedAt = Now.AddTicks(7),
        Error = Unusual,
        Artifacts = StageState.EmptyArtifacts.Add("a", "file:///a?b=c&d").Add(Unusual, Unusual),
        Metadata = StageState.EmptyMetadata.Add("message", JsonText.FromString(Unusual)),
        Plan = new StagePlan
        {
            DependsOn = ["a", "b-c:1.d_E"],
            Queue = "gpu",
            Critical = true,
            IsGroup = true,
            Retry = new RetryPolicy { MaxAttempts = 7, NonRetryableCodes = ["bad-input"] },
            RunTimeout = TimeSpan.FromSeconds(90),
            Needs = ["gpu"],
            Limits = [new StageLimit("gpu"), new StageLimit("tts-vendor", 3)],
            Parameters = JsonText.Parse("""{"voice":"awb","rate":1.5}"""),
            InDefinition = true,
        },
        Attempt = 3,
        LostAttempts = 1,
        FailedAttempts = 2,
        Lease = new StageLease(new WorkerId(Unusual, Worker.Incarnation), 12, Now.AddSeconds(30)) { Duration = new TimeSpan(0, 0, 30), Takeovers = 2 },
        NotBefore = Now.AddSeconds(2),
        ProgressSequence = 44,
        MessageProgress = 1e-7,
        Units = UnitShares.None.With(Unusual, 1e-9).With("page-2", 0.25).With("page-1", 1.0 / 3),
        ArtifactDetails = ImmutableSortedDictionary<string, Artifact>.Empty.Add("a", new Artifact("a", "file:///a", 12, "ff", "audio/wav")),
        Skipped = Unusual,
        CompletedBy = Unusual,
        ReusedFrom = Unusual,
        FormerAttempts =
        [
            new FormerAttempt(1, Unusual, null, Now, FormerAttempt.HandedBack, Unusual),
            new FormerAttempt(2, "worker", Now, Now.AddTicks(9), "an end of later", null),
        ],
        FirstAdded = 4,
        AddedCount = 2,
        UnknownFields = new() { ["stage_later"] = Later },
    };

    private static CommitRecord FullCommit() => new()
    {
        Writer = Worker.Incarnation,
        Sequence = 4,
        TaskId = Unusual,
        Version = 8,
        Writes = 6,
        HighestToken = 1,
        WrittenAt = Now,
        Notices = new TaskNotices(
            2,
            [
                new TaskNotice { Number = 1, Type = "stage.failed", Version = 7, At = Now, From = "running", Stage = "work:ü", Attempt = 2, Error = Unusual },
                new TaskNotice { Number = 2, Type = "task.failed", Version = 7, At = Now.AddTicks(1) },
            ],
            ImmutableSortedDictionary.Create<string, NoticeLine>(StringComparer.Ordinal)
                .Add("a", new NoticeLine { Waiting = [1, 2], Attempt = 3, Due = Now.AddHours(1), Missed = 4 })
                .Add("b", new NoticeLine { Failed = [2] })),
        Ledger = OperationLedger.Empty.Append(
            [.. Enumerable.Range(0, 300).Select(i => new LedgerEntry(new OperationId(Guid.CreateVersion7(Now.AddMilliseconds(i))), i * 7_919_777, i, i % 3))],
            Now),
        UnknownFields = new() { ["commit_later"] = Later },
    };

    private static ReportProgress FullReport() => new("work:1", -7, 1e-7, Unusual)
    {
        Sequence = 12,
        Unit = Unusual,
        UnitCount = 3,
        Durable = true,
        ExtendLease = new TimeSpan(1, 2, 3, 4, 5),
    };

    private static string Written(Action<PooledJson> write)
    {
        using var scratch = PooledJson.Take();
        write(scratch);
        return Encoding.UTF8.GetString(scratch.ToPieces().ToMemory().Span);
    }
}
