using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VideoGen.Cli.Rehearsal;
using VideoGen.Cli.Rehearsal.Loads;
using VideoGen.Cli.Rehearsal.Records;
using VideoGen.Cli.Rehearsal.Verdicts;
using VideoGen.Cli.Views;
using VideoGen.Stages.Checking;
using VideoGen.Tasks;
using VideoGen.Tasks.Access;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Slots;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Waits;
using VideoGen.Tasks.Workers;

namespace VideoGen.Cli.Tests.Views;

/// <summary>What a command answers in JSON.</summary>
/// <param name="Rich">With all that may be there and every word of each enum.</param>
/// <param name="Bare">With one of each thing, and all left out of it that may be.</param>
internal sealed record AnswerSample(ImmutableArray<string> Rich, string Bare);

/// <summary>Samples of all answers, by their names in the schema.</summary>
internal static class AnswerSamples
{
    private static readonly DateTimeOffset At = TestTasks.Start;

    private static readonly TaskId Id = TaskId.Parse("talk-98a3b6e1");

    private static readonly StageName Stage = StageName.Parse("audio_generation:scene-002");

    private static readonly WorkerId Worker = new("box-1/77", new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private static readonly ImmutableSortedDictionary<string, string> Labels = TaskState.NoLabels.Add("team", "docs");

    public static ImmutableSortedDictionary<string, AnswerSample> All { get; } = new Dictionary<string, AnswerSample>
    {
        ["list"] = List(),
        ["get"] = new([Get(RichTask(), Enum.GetValues<ObstacleKind>())], Get(BareTask(), ObstacleKind.Worker)),
        ["describe"] = new([Get(RichTask())], Get(BareTask())),
        ["submit"] = Submit(),
        ["queues"] = Queues(),
        ["limit_list"] = Limits(),
        ["workers"] = Workers(),
        ["key_list"] = Keys(),
        ["webhook_list"] = Webhooks(),
        ["check"] = Check(),
        ["rehearse"] = Rehearse(),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static AnswerSample List()
    {
        var bare = new TaskSummary { TaskId = Id, Status = RunStatus.Pending, CreatedAt = At, UpdatedAt = At, Version = 0 };
        var rich = bare with
        {
            Pipeline = "document-video",
            Labels = Labels,
            Progress = 1,
            CurrentStage = "audio_generation",
            StartedAt = At,
            CompletedAt = At,
            Workers = 2,
            Version = 41,
            Priority = -5,
        };
        var page = new TaskPage([.. Enum.GetValues<RunStatus>().Select(status => rich with { Status = status })], "abc")
        {
            Unreadable = 1,
            UnreadableIds = [TaskId.Parse("spoilt")],
        };
        return new([Text(writer => TaskListView.Write(writer, page))], Text(writer => TaskListView.Write(writer, new TaskPage([bare], null))));
    }

    private static TaskState BareTask() => new() { TaskId = Id, CreatedAt = At, Stages = StageMap.Empty.With(new StageState { Name = Stage }) };

    private static TaskState RichTask() => new()
    {
        TaskId = Id,
        InputConfig = JsonText.Parse("""{"text": "hello"}"""),
        Status = RunStatus.Running,
        CurrentStage = "audio_generation",
        OverallProgress = 0.5,
        Stages = StageMap.Empty.WithRange(
        [
            RichStage(),
            .. Enum.GetValues<RunStatus>().Select(status => new StageState { Name = StageName.Parse(status.ToWireName()), Status = status }),
        ]),
        CreatedAt = At,
        StartedAt = At,
        CompletedAt = At,
        Result = JsonText.Parse("""{"scene_count": 3}"""),
        Errors = ["audio_generation: The voice is lost."],
        Warnings = ["A picture is missing."],
        Metadata = StageState.EmptyMetadata.Add("note", JsonText.Parse("[1, 2]")),
        Version = 41,
        Pipeline = new PipelineReference("document-video", 2),
        Labels = Labels,
        Priority = 10,
        FairShare = new FairShare("reports", 2),
        ContentHash = new string('b', 64),
        TimeLimit = TimeSpan.FromMinutes(90),
        Deadline = At,
        Retention = TimeSpan.FromDays(30),
        PausedAt = At,
        FinishesStages = true,
        FormerErrors = 1,
        FormerWarnings = 1,
        Retries = 1,
        Acts = [new PastAct(At, "skip thumbnail", "ada", "box-1", "not needed"), new PastAct(At, "pause", "ada", null, null)],
    };

    private static StageState RichStage() => new()
    {
        Name = Stage,
        Status = RunStatus.Completed,
        Progress = 1,
        StartedAt = At,
        CompletedAt = At,
        Error = "The voice is lost.",
        Artifacts = StageState.EmptyArtifacts.Add("voice.wav", "talk/voice.wav"),
        Metadata = StageState.EmptyMetadata.Add(StageState.MessageKey, JsonText.FromString("Spoken")),
        Plan = new StagePlan
        {
            DependsOn = [StageName.Parse("script_generation")],
            Queue = "gpu",
            Critical = true,
            IsGroup = true,
            Retry = RetryPolicy.None,
            RunTimeout = TimeSpan.FromSeconds(1.5),
            Needs = ["gpu"],
            Limits = [new StageLimit("tts-vendor", 2)],
            Parameters = JsonText.Parse("""{"voice": "awb"}"""),
        },
        Attempt = 2,
        LostAttempts = 1,
        FailedAttempts = 1,
        Lease = new StageLease(Worker, 7, At) { Duration = TimeSpan.FromSeconds(30) },
        NotBefore = At,
        ArtifactDetails = ImmutableSortedDictionary<string, Artifact>.Empty.Add(
            "voice.wav", new Artifact("voice.wav", "talk/voice.wav", 96_044, new string('a', 64), "audio/wav")),
        Skipped = "not needed",
        CompletedBy = Worker.Name,
        ReusedFrom = TaskId.Parse("talk-0").Value,
        FormerAttempts =
        [
            new FormerAttempt(1, Worker.Name, At, At, FormerAttempt.Failed, "The voice is lost."),
            new FormerAttempt(2, Worker.Name, null, At, FormerAttempt.Lost, null),
        ],
    };

    private static string Get(TaskState state, params ObstacleKind[] obstacles)
    {
        var snapshot = new TaskSnapshot(state.Version, "7", JsonSerializer.SerializeToUtf8Bytes(state, TaskJson.Default.TaskState), 3);
        var waits = obstacles.Select(kind => new StageWait(Stage, new StageObstacle(kind, "it waits for something"))).ToImmutableArray();
        return Text(writer => TaskView.Write(writer, snapshot, waits));
    }

    private static AnswerSample Submit() => new(
        [
            .. Enum.GetValues<RunStatus>().Select(status => RichTask() with { Status = status, FormerErrors = 0 })
                .Select(state => Text(writer => SubmissionView.Write(writer, Id, true, state))),
            Text(writer => SubmissionView.Write(writer, Id, true, null)),
        ],
        Text(writer => SubmissionView.Write(writer, Id, false, BareTask())));

    private static AnswerSample Queues()
    {
        var bare = new QueueSummary("default", 0, null, 0, null, QueueBacklog.Usual);
        var forever = new QueuePause("default", "ada", "vendor down", At, null);
        var rich = new QueueList([bare with { Waiting = 12, Oldest = At, Workers = 3, Pause = forever with { Until = At } }, bare with { Pause = forever }], 2);
        return new([Text(writer => QueueListView.Write(writer, rich))], Text(writer => QueueListView.Write(writer, new QueueList([bare], 0))));
    }

    private static AnswerSample Limits()
    {
        var slots = new LimitStatus(new LimitDefinition("gpu") { MaxConcurrent = 2 }, 0, [], 0, null, null, null);
        var rated = new LimitDefinition("gpu") { MaxConcurrent = 2, Rate = new StartRate(60, TimeSpan.FromMinutes(1)) };
        var rich = new LimitStatus(rated, 2, [new SlotUse(Id, Stage, "gpu", 2, Worker.Name)], 1, At, "The vendor said so.", At);
        var onlyRated = slots with { Definition = new LimitDefinition("tts-vendor") { Rate = rated.Rate } };
        return new([Text(writer => LimitListView.Write(writer, [rich, onlyRated]))], Text(writer => LimitListView.Write(writer, [slots])));
    }

    private static AnswerSample Workers()
    {
        var idle = new WorkerStatus(new WorkerReport(new WorkerProfile(Worker, [], []), "", 0, [], []), At, false);
        var stage = new WorkerStage(Id, Stage, TimeSpan.FromSeconds(3));
        var working = idle with
        {
            Report = new WorkerReport(new WorkerProfile(Worker, ["render"], ["gpu"]), "1.2.3", 2, ["gpu"], [stage])
            {
                Problems = ["There is no ffmpeg."],
            },
        };
        var cutOff = idle with { Report = idle.Report with { Unanswered = TimeSpan.FromMinutes(1) } };
        return new(
            [Text(writer => WorkerListView.Write(writer, [working, cutOff, idle with { IsToldToDrain = true }]))],
            Text(writer => WorkerListView.Write(writer, [idle])));
    }

    private static AnswerSample Keys()
    {
        var keys = Enum.GetValues<Role>().Select(role => new AccessKey(role.ToWireName(), role, new string('c', 64), At)).ToImmutableArray();
        var rich = keys.Select(key => key with { Labels = Labels, ExpiresAt = At, LastUsedAt = At, RevokedAt = At });
        return new(
            [Text(writer => KeyListView.Write(writer, new AccessKeys { Keys = [.. rich] }))],
            Text(writer => KeyListView.Write(writer, new AccessKeys { Keys = [keys[0]] })));
    }

    private static AnswerSample Webhooks()
    {
        var bare = new Webhook("publisher", Webhook.NewId(), "https://example.org/videogen", "secret", At);
        var rich = bare with
        {
            Events = ["task.*", NoticeTypes.OfStage(RunStatus.Failed)],
            Labels = Labels,
            DisabledAt = At,
            LastToldAt = At,
            LastFailedAt = At,
            LastFailure = "It answered 500.",
        };
        return new(
            [Text(writer => WebhookListView.Write(writer, new Webhooks { All = [rich] }))],
            Text(writer => WebhookListView.Write(writer, new Webhooks { All = [bare] })));
    }

    private static AnswerSample Check()
    {
        var finding = new FilmFinding("pace", "It is spoken fast.", 5);
        return new([Film(finding with { Time = 1.5 }, "The loudness: there is no sound.")], Film(finding));

        static string Film(FilmFinding finding, params ImmutableArray<string> notMeasured) =>
            JsonSerializer.Serialize(new FilmReport(95, [finding], notMeasured), FilmJson.Default.FilmReport);
    }

    private static AnswerSample Rehearse()
    {
        var options = new RehearsalOptions
        {
            Pipeline = RehearsedPipeline.Simulated(RehearsedPipeline.Sample),
            Time = TimeSpan.FromMinutes(1),
            Silos = 3,
            Workers = 4,
            Seed = 0,
            Folder = "/tmp/videogen-rehearsal",
        };
        var blow = new Blow(TimeSpan.FromSeconds(2), "kill -9 worker-1", null) { Kills = 1 };
        var verdicts = Enum.GetValues<VerdictKind>().Select(kind => new Verdict("T1", kind, "3 updates", [])).ToImmutableArray();
        var bare = new RehearsalReport(options, new RehearsalHistory { Blows = [blow] }, [verdicts[0]], TimeSpan.FromSeconds(61.26));
        var rich = bare with
        {
            History = new RehearsalHistory { Submitted = ["p"], Blows = [blow with { WentOnAfter = TimeSpan.FromSeconds(1) }] },
            Verdicts = verdicts.SetItem(1, verdicts[1] with { Evidence = ["An update is lost."] }),
            NotTried = ["full disks: only root can mount one"],
            Remains = options.Folder,
        };
        return new([Text(writer => RehearsalView.Write(writer, rich))], Text(writer => RehearsalView.Write(writer, bare)));
    }

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
