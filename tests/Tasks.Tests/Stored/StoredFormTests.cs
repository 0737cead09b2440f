using System.Text;
using System.Text.Json;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Tasks.Tests.Stored;

/// <summary>What storage holds is a contract: a change of it must show in an approved file, and what a newer program wrote must survive.</summary>
public sealed class StoredFormTests
{
    [Fact]
    public void TaskDocument_OfAWholeLife_IsStoredAsApproved() => Approved.Verify("document.json", Indented(Document()));

    [Fact]
    public void TaskDocument_OfASeedTask_HasTheFieldsOfTheSeedInTheirOrder() =>
        Approved.Verify("seed-task.json", Indented(new TaskDocument(Seed(), new CommitRecord { Version = Seed().Version })));

    [Fact]
    public void TaskDocument_Deleted_IsStoredAsApproved() =>
        Approved.Verify("deleted.json", Indented(new TaskDocument(null, Commit() with { Version = 9 })));

    [Fact]
    public void TaskDocument_Loaded_IsTheSameBytesAgain()
    {
        var bytes = Document().ToUtf8Json().ToArray();
        var loaded = new TaskDocument();
        loaded.Load(bytes);
        Assert.Equal(bytes, loaded.ToUtf8Json().ToArray());
        Assert.Equal(bytes, new TaskDocument(loaded.State, loaded.Commit).ToUtf8Json().ToArray());
        Assert.Contains(Encoding.UTF8.GetString(loaded.StateJson), Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    /// <summary>What is shared is neither made nor compared again.</summary>
    [Fact]
    public void NextDocument_SharesTheOtherStagesAndTheFullPartsOfTheLedger()
    {
        var entries = Enumerable.Range(0, 70).Select(i => new LedgerEntry(new OperationId(Guid.CreateVersion7(Now)), i, i + 1, 0)).ToArray();
        var (state, commit) = (Document().State!, Commit());
        var before = new TaskDocument(state, commit with { Ledger = OperationLedger.Empty.Append(entries.AsSpan(0, 69), Now) });
        var after = new TaskDocument(
            Apply(state, new ReportProgress("work", 1, 0.95, "more"), 12),
            before.Commit with { Ledger = before.Commit.Ledger.Append(entries.AsSpan(69), Now) });
        var pieces = before.ToUtf8Json().Pieces.ToArray();
        Assert.Equal(state.Stages.Count - 1 + 2, after.ToUtf8Json().Pieces.ToArray().Count(piece => pieces.Contains(piece)));
    }

    [Fact]
    public void UnknownFields_OfANewerProgram_SurviveAnUpdate()
    {
        var json = Encoding.UTF8.GetString(Document().ToUtf8Json().ToArray())
            .Replace("\"task_id\":\"t\",\"input", "\"later\":{\"a\":[1,2]},\"task_id\":\"t\",\"input", StringComparison.Ordinal)
            .Replace("{\"name\":\"work\"", "{\"stage_later\":\"x\",\"name\":\"work\"", StringComparison.Ordinal)
            .Replace("{\"schema\":1", "{\"commit_later\":true,\"schema\":1", StringComparison.Ordinal);
        var loaded = new TaskDocument();
        loaded.Load(Encoding.UTF8.GetBytes(json));
        var next = Apply(loaded.State, new ReportProgress("work", 1, 0.9, "more"), 12) with { Version = loaded.State!.Version };
        var written = Encoding.UTF8.GetString(new TaskDocument(next, loaded.Commit with { Sequence = 9 }).ToUtf8Json().ToArray());
        Assert.Contains("\"later\":{\"a\":[1,2]}", written, StringComparison.Ordinal);
        Assert.Contains("\"stage_later\":\"x\"", written, StringComparison.Ordinal);
        Assert.Contains("\"commit_later\":true", written, StringComparison.Ordinal);
        Assert.Contains("\"progress\":0.9", written, StringComparison.Ordinal);
    }

    /// <summary>A program that knew fewer fields wrote it: what it left out is empty, and the document can be changed and written again.</summary>
    [Fact]
    public void Record_WithoutListsAndMaps_IsReadAsIfTheyWereEmpty()
    {
        const string Json = """
            {"task":{"task_id":"t","status":"running","created_at":"2026-01-01T00:00:00Z","version":4,"pipeline":{"name":"p","definition_version":1},
            "stages":{"work":{"name":"work","status":"pending","plan":{"retry":{"max_attempts":2}}}}},"commit":{"schema":1,"version":4}}
            """;
        var loaded = new TaskDocument();
        loaded.Load(Encoding.UTF8.GetBytes(Json));

        var state = Apply(loaded.State, new StartStage("work", Worker, TimeSpan.FromMinutes(1)), 5);
        state = Apply(state, new FailStage("work", state.Stages[0].Lease!.Token, "It failed.", "some.code", Retryable: true), 6);
        var written = Indented(new TaskDocument(state with { Version = 6 }, loaded.Commit with { Version = 6 }));

        Assert.Equal("{}", state.InputConfig.Value);
        Assert.Empty(loaded.State!.Errors);
        Assert.Empty(loaded.State.Metadata);
        Assert.Empty(loaded.State.Stages[0].Artifacts);
        Assert.Equal("default", loaded.State.Stages[0].Plan!.Queue);
        Assert.Single(state.Warnings);
        Assert.Contains("\"artifacts\": {}", written, StringComparison.Ordinal);
        Assert.Same(OperationLedger.Empty, loaded.Commit.Ledger);
    }

    [Fact]
    public void Record_WithoutStages_HasNone()
    {
        var loaded = new TaskDocument();
        loaded.Load("""{"task":{"task_id":"t","created_at":"2026-01-01T00:00:00Z","version":1},"commit":{"schema":1,"version":1}}"""u8.ToArray());

        Assert.Empty(loaded.State!.Stages);
        Assert.Equal("t", loaded.GetSummary(Now).TaskId.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"task":null,"commit":null}""")]
    [InlineData("""{"task":null,"commit":{"schema":99}}""")]
    [InlineData("""{"task":{"task_id":"t","version":3},"commit":{"schema":1,"version":4}}""")]
    [InlineData("""{"task":{"task_id":"../t","version":4},"commit":{"schema":1,"version":4}}""")]
    [InlineData("""{"task":{"task_id":"t","status":3,"version":4},"commit":{"schema":1,"version":4}}""")]
    [InlineData("""{"task":{"task_id":"t","status":99,"version":4},"commit":{"schema":1,"version":4}}""")]
    [InlineData("""{"task":null,"commit":{"schema":1,"ledger":{"floor":0,"entries":["nonsense"]}}}""")]
    [InlineData("""{"task":{"task_id":"t","version":4,"stages":{"a":{"name":"b"}}},"commit":{"schema":1,"version":4}}""")]
    public void Record_EditedOrForeign_IsRefusedWithAClearError(string json) =>
        Assert.ThrowsAny<JsonException>(() => new TaskDocument().Load(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Summary_OfAWholeLife_IsAsApproved() =>
        Approved.Verify("summary.json", JsonSerializer.Serialize(Document().GetSummary(Now), Indentation).ReplaceLineEndings("\n"));

    /// <summary>A creation that an older program sent is known again: its fingerprint is taken of the same JSON.</summary>
    [Fact]
    public void Creation_WithoutShareAndLimits_IsTheJsonOfBefore()
    {
        var pipeline = new PipelineDefinition { Name = "test", Stages = [Stage("work")] };
        var expected = """
            {"command":"create","task_id":"t","input_config":{},
            "pipeline":{"name":"test","version":1,"stages":[{"name":"work","depends_on":[],"queue":"default","critical":false,"is_group":false,
            "retry":{"max_attempts":3,"first_delay":"00:00:01","factor":2,"max_delay":"00:01:00","jitter":0.5,"non_retryable_codes":[]},
            "run_timeout":null,"needs":[]}],"timeout":null},"labels":{},"priority":0,"retention":null}
            """.ReplaceLineEndings("");
        Assert.Equal(
            expected,
            JsonSerializer.Serialize<TaskCommand>(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, pipeline), CommandJson.Default.TaskCommand));
    }

    private static readonly JsonSerializerOptions Indentation = new() { WriteIndented = true };

    private static string Indented(TaskDocument document)
    {
        using var json = JsonDocument.Parse(document.ToUtf8Json().ToMemory());
        return JsonSerializer.Serialize(json, Indentation).ReplaceLineEndings("\n");
    }

    private static TaskDocument Document()
    {
        var pipeline = new PipelineDefinition
        {
            Name = "test",
            Version = 3,
            Timeout = TimeSpan.FromHours(1),
            Stages =
            [
                Stage("work") with { Critical = true, Needs = ["gpu"], Limits = [new StageLimit("gpu", 2)], RunTimeout = TimeSpan.FromMinutes(5) },
                new StageDefinition { Name = "parts", IsGroup = true, DependsOn = ["work"] },
            ],
        };
        var state = Apply(null, new CreateTask(TaskId.Parse("t"), JsonText.Parse("""{"source":"note.md"}"""), pipeline)
        {
            Labels = TaskState.NoLabels.Add("team", "docs"),
            Priority = 5,
            FairShare = new FairShare("docs", 0.5),
            Retention = TimeSpan.FromDays(30),
        }, 0);
        state = Apply(state, new StartStage("work", Worker, Lease), 1);
        state = Apply(state, new ReportProgress("work", 1, 0.5, "half \"way\"") { Sequence = 2, Unit = "page-1", UnitCount = 2 }, 2);
        return new TaskDocument(state with { Version = 8 }, Commit());
    }

    private static CommitRecord Commit() => new()
    {
        Writer = new Guid("0198c5f0-0000-7000-8000-00000000000a"),
        Sequence = 4,
        TaskId = "t",
        Version = 8,
        Writes = 6,
        HighestToken = 1,
        WrittenAt = Now,
        Ledger = OperationLedger.Empty.Append([new LedgerEntry(new OperationId(new Guid("0198c5f0-0000-7000-8000-000000000002")), -2, 8, 1)], Now),
    };

    private static TaskState Seed()
    {
        var state = Apply(Created(), new StartStage("script_generation", null, default), 1);
        state = Apply(state, new CompleteStage("script_generation", null) { ArtifactAddresses = StageState.EmptyArtifacts.Add("script", "out/script.md") }, 2);
        return state with { Version = 3, ContentHash = null };
    }
}
