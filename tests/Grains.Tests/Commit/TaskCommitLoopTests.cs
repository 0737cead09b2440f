using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>The commit loop, one fault at a time. Runs of many faults at once are in the simulation.</summary>
public sealed partial class TaskCommitLoopTests
{
    private static readonly VideoGenDiagnostics Diagnostics = new(NullLogger<VideoGenDiagnostics>.Instance);

    private static readonly CommitOptions Quick = new() { MaxAttempts = 3, FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) };

    private readonly MemoryRecord _record = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StorageCircuit _circuit = new();
    private readonly TaskCommitLoop _loop;
    private int _stoodDown;

    public TaskCommitLoopTests() => _loop = NewLoop(() => _stoodDown++);

    [Fact]
    public Task ThousandsOfWaitingCallers_AreAllServedInFewWritesAndNoneExpires() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        // Far more ids than the ledger holds, made long before their turn, and in another order than that of their arrival.
        var operations = Enumerable.Range(0, 10_000).Select(_ => { _clock.Advance(TimeSpan.FromMilliseconds(1)); return NewId(); }).ToArray();
        new Random(1).Shuffle(operations);
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var answers = operations.Select((id, i) => _loop.SubmitAsync(id, new ReportProgress("a", null, (i + 1) / 10_000.0, null) { Durable = true })).ToList();
        gate.SetResult();
        var replies = await Task.WhenAll(answers);
        Assert.All(replies, reply => Assert.Equal(CommandOutcome.Applied, reply.Outcome));
        Assert.Equal(10_000, replies.Select(reply => reply.Version).Distinct().Count());
        Assert.InRange(_record.Writes, 1, 120);
        Assert.Equal(1, _loop.State!.Stages[0].Progress);
    });

    [Fact]
    public Task CallersWhoSendAgainOnceAnswered_ShareEachWrite() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        for (var i = 0; i < 200; i++)
        {
            _record.BeforeWrites.Enqueue(async () =>
            {
                await Task.Yield();
                _clock.Advance(TimeSpan.FromMilliseconds(1));
            });
        }

        var before = _record.Writes;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(CommandOutcome.Applied, (await _loop.SubmitAsync(NewId(), new FailStage("a", null, $"{caller}-{i}"))).Outcome);
            }
        }));

        // Were those who were just answered left behind, every write would hold half of the callers: 40 writes.
        Assert.InRange(_record.Writes - before, 20, 24);
    });

    [Fact]
    public Task WaitingCommands_PastTheBound_AreRefusedAsBusyAndTheRestIsServed() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var first = SubmitAsync(new FailStage("a", null, "x"));
        var answers = Enumerable.Range(0, Limits.MaxWaitingCommands + 200).Select(_ => _loop.SubmitAsync(NewId(), new AddStage("a"))).ToList();
        gate.SetResult();
        var replies = await Task.WhenAll(answers);
        Assert.Equal(CommandOutcome.Applied, (await first).Outcome);
        Assert.Equal(200, replies.Count(reply => reply.Reason == RefusalReason.Busy));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CommandOutcome.Applied, (await SubmitAsync(new FailStage("a", null, "after"))).Outcome);
    });

    [Fact]
    public Task WriteThatFailsAfterItHappened_IsRecognisedByItsStamp() => OnOneScheduler(async () =>
    {
        _record.AfterWrites.Enqueue(MemoryRecord.Fails);
        Assert.Equal(1, (await SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null))).Version);
        _record.AfterWrites.Enqueue(MemoryRecord.Fails);
        Assert.Equal(2, (await SubmitAsync(new AddStage("a"))).Version);
        Assert.Equal(2, _record.Writes);
        Assert.Equal(0, _stoodDown);
    });

    [Fact]
    public Task WriteThatCannotBeResolved_LeavesReadersTheirStateAndSettlesOnTheNextSend() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var before = _loop.Snapshot;
        FailAllReads();
        _record.AfterWrites.Enqueue(MemoryRecord.Fails);
        var operation = NewId();
        Assert.Equal(before, _loop.SnapshotForAnyThread);
        await Assert.ThrowsAsync<TaskStorageException>(() => _loop.SubmitAsync(operation, new FailStage("a", null, "once")));
        Assert.Equal(before, _loop.Snapshot);
        Assert.Null(_loop.SnapshotForAnyThread);

        var again = await _loop.SubmitAsync(operation, new FailStage("a", null, "once"));
        Assert.Equal(3, _loop.SnapshotForAnyThread!.Version);
        Assert.Equal((CommandOutcome.Applied, 3L), (again.Outcome, again.Version));
        Assert.Equal(["a: once"], _loop.State!.Errors);
    });

    [Fact]
    public Task LateWriteAfterTheOutcomeWasGivenUp_CannotBelieALaterAnswer() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var stand = _record.ETag;
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        for (var i = 1; i < Quick.MaxAttempts; i++)
        {
            _record.BeforeWrites.Enqueue(MemoryRecord.Fails);
        }

        var resume = NewId();
        var pausing = SubmitAsync(new PauseTask());
        var resuming = _loop.SubmitAsync(resume, new ResumeTask());
        gate.SetException(new IOException("no answer"));
        await Assert.ThrowsAsync<TaskStorageException>(() => pausing);
        await Assert.ThrowsAsync<TaskStorageException>(() => resuming);
        Assert.Equal(CommandOutcome.Unchanged, (await _loop.SubmitAsync(resume, new ResumeTask())).Outcome);
        Assert.NotEqual(stand, _record.ETag);
        Assert.Throws<InvalidOperationException>(() => _record.Put([], stand));
    });

    [Fact]
    public Task AnotherWriter_IsMetByDecidingAgainAndStandingDown() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var other = NewLoop(() => { });
        Assert.Equal(3, (await other.SubmitAsync(NewId(), new FailStage("a", null, "theirs"))).Version);
        Assert.Equal(4, (await SubmitAsync(new FailStage("a", null, "ours"))).Version);
        Assert.Equal(["a: theirs", "a: ours"], _loop.State!.Errors);
        Assert.Equal(1, _stoodDown);
    });

    [Fact]
    public Task NoEffectOnAStaleState_IsNotAnsweredBeforeTheRecordWasLookedAt() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var other = NewLoop(() => { });
        var operation = NewId();
        Assert.Equal(CommandOutcome.Applied, (await other.SubmitAsync(operation, new AddStage("b"))).Outcome);
        await other.SubmitAsync(NewId(), new FailStage("b", null, "x"));

        // This activation still believes that there is no stage b, and that nothing happens to it.
        Assert.Equal(CommandOutcome.Applied, (await SubmitAsync(new FailStage("b", null, "y"))).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await _loop.SubmitAsync(operation, new AddStage("b"))).Outcome);
    });

    [Fact]
    public Task OthersWhoWinEveryTime_LeaveNothingOfTheLoser() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        for (var i = 0; i < Quick.MaxAttempts; i++)
        {
            _record.BeforeWrites.Enqueue(async () => await NewLoop(() => { }).SubmitAsync(NewId(), new FailStage("a", null, "theirs")));
            _record.BeforeWrites.Enqueue(MemoryRecord.Passes);
        }

        await Assert.ThrowsAsync<TaskConflictException>(() => SubmitAsync(new FailStage("a", null, "ours")));
        _record.BeforeWrites.Clear();
        await SubmitAsync(new FailStage("a", null, "after"));
        Assert.DoesNotContain("a: ours", _loop.State!.Errors);
    });

    [Fact]
    public Task OthersWhoBuildOnOurWrite_AreNotTakenForItsLoss() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var once = new TaskCommitLoop("t", _record, Guid.NewGuid(), _clock, new Random(1), new CommitOptions { MaxAttempts = 1 }, Diagnostics);
        await once.LoadAsync();
        _record.AfterWrites.Enqueue(async () =>
        {
            await NewLoop(() => { }).SubmitAsync(NewId(), new FailStage("a", null, "theirs"));
            throw new IOException("no answer");
        });
        Assert.Equal(
            (CommandOutcome.Applied, 3L),
            await once.SubmitAsync(NewId(), new FailStage("a", null, "ours")) is var reply ? (reply.Outcome, reply.Version) : default);
        Assert.Equal(["a: ours", "a: theirs"], once.State!.Errors);
    });

    [Fact]
    public Task LoserOfAConflict_DecidesOnWhatIsStoredAfterItsDelay() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var twice = new TaskCommitLoop("t", _record, Guid.NewGuid(), _clock, new Random(1), new CommitOptions { MaxAttempts = 2 }, Diagnostics);
        await twice.LoadAsync();
        await SubmitAsync(new FailStage("a", null, "before"));
        var late = twice.SubmitAsync(NewId(), new FailStage("a", null, "late"));
        await SubmitAsync(new FailStage("a", null, "meanwhile"));
        Assert.False(late.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CommandOutcome.Applied, (await late).Outcome);
        Assert.Equal(["a: before", "a: meanwhile", "a: late"], twice.State!.Errors);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task RecordThatIsOlderThanWhatWasStored_IsAnErrorAndNeverAFreshTask(bool emptied) => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var old = _record.Json;
        await SubmitAsync(new FailStage("a", null, "x"));
        _record.RollBack(emptied ? null : old);
        await Assert.ThrowsAsync<TaskStorageException>(() => SubmitAsync(new FailStage("a", null, "y")));
        Assert.Equal(["a: x"], _loop.State!.Errors);
        Assert.Equal(1, _stoodDown);
    });

    private void FailAllReads()
    {
        for (var i = 0; i < Quick.MaxAttempts; i++)
        {
            _record.BeforeReads.Enqueue(MemoryRecord.Fails);
        }
    }

    /// <summary>F13: its callers hear that the outcome is unknown, and the next activation settles the same operation.</summary>
    [Fact]
    public Task ALeavingSiloDoesNotWaitForAStorageThatIsAway() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var onItsWay = SubmitAsync(new FailStage("a", null, "on its way"));
        var operation = NewId();
        var waiting = _loop.SubmitAsync(operation, new FailStage("a", null, "waiting"));
        _circuit.Open("The cable is cut.");
        _circuit.Leave();

        var drained = _loop.DrainAsync();

        Assert.True(drained.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<TaskStorageException>(() => waiting);
        var next = new TaskCommitLoop("t", _record, Guid.NewGuid(), _clock, new Random(1), Quick, Diagnostics);
        Assert.Equal(CommandOutcome.Applied, (await next.SubmitAsync(operation, new FailStage("a", null, "waiting"))).Outcome);
        gate.SetResult();
        await onItsWay.ContinueWith(static _ => { }, TaskScheduler.Current);
        await next.LoadAsync();
        Assert.Single(next.State!.Errors, "a: waiting");
    });

    /// <summary>As in a grain: everything that is awaited comes back to one scheduler.</summary>
    private static Task OnOneScheduler(Func<Task> test) =>
        Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();

    private async Task CreateAsync()
    {
        await SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, null));
        await SubmitAsync(new AddStage("a"));
    }

    private Task<TaskReply> SubmitAsync(TaskCommand command) => _loop.SubmitAsync(NewId(), command);

    private OperationId NewId() => OperationId.Create(_clock);

    /// <summary>Its backoff runs on the real clock in milliseconds; what it reads of the time comes from the test's clock.</summary>
    private TaskCommitLoop NewLoop(Action standDown) =>
        new("t", _record, Guid.NewGuid(), new ReadsTestClock(_clock), new Random(1), Quick, Diagnostics) { StandDown = standDown, Circuit = _circuit };

    private sealed class ReadsTestClock(FakeTimeProvider clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => clock.GetTimestamp();
    }
}
