using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>Operation ids that come again: one effect, and the same answer.</summary>
public sealed partial class TaskCommitLoopTests
{
    [Fact]
    public Task SameOperationFiveTimesAtOnce_HasOneEffectAndFiveEqualAnswers() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var operation = NewId();
        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _loop.SubmitAsync(operation, new FailStage("a", null, "once"))));
        Assert.All(replies, reply => Assert.Equal(replies[0], reply));
        Assert.Equal(["a: once"], _loop.State!.Errors);
        Assert.Equal(replies[0], await _loop.SubmitAsync(operation, new FailStage("a", null, "once")));
        Assert.Single(_loop.State!.Errors);
    });

    [Fact]
    public Task SameOperationTwiceInOneBatch_HasOneEffectAndEqualAnswers() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var inFlight = SubmitAsync(new FailStage("a", null, "first"));
        var operation = NewId();
        var waiting = Enumerable.Range(0, 2).Select(_ => _loop.SubmitAsync(operation, new FailStage("a", null, "once"))).ToList();
        gate.SetResult();
        await inFlight;
        var replies = await Task.WhenAll(waiting);
        Assert.Equal(CommandOutcome.Applied, replies[0].Outcome);
        Assert.Equal(replies[0], replies[1]);
        Assert.Equal(["a: first", "a: once"], _loop.State!.Errors);
    });

    [Fact]
    public Task SameOperationWithOtherContent_IsRefusedWaitingOrDone() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var before = _loop.State!.Version;
        var operation = NewId();
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var first = _loop.SubmitAsync(operation, new FailStage("a", null, "one"));
        var waiting = _loop.SubmitAsync(operation, new FailStage("a", null, "other"));
        gate.SetResult();
        Assert.Equal(CommandOutcome.Applied, (await first).Outcome);
        Assert.Equal((RefusalReason.OperationReused, before), ((await waiting).Reason, (await waiting).Version));
        var late = await _loop.SubmitAsync(operation, new CancelTask());
        Assert.Equal((RefusalReason.OperationReused, before + 1), (late.Reason, late.Version));
        Assert.Equal(["a: one"], _loop.State!.Errors);
    });

    [Fact]
    public Task RefusedOperationSentAgainLater_GetsItsRefusalAndNoEffect() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var operation = NewId();
        Assert.Equal(CommandOutcome.Unchanged, (await _loop.SubmitAsync(operation, new ResumeTask())).Outcome);
        await SubmitAsync(new PauseTask());
        Assert.Equal(CommandOutcome.Unchanged, (await _loop.SubmitAsync(operation, new ResumeTask())).Outcome);
        Assert.Equal(RunStatus.Paused, _loop.State!.Status);
    });

    [Fact]
    public Task OperationOlderThanWhatIsRemembered_IsRefusedAsExpired() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var old = NewId();
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i <= Limits.LedgerCapacity; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await SubmitAsync(new FailStage("a", null, $"{i}"));
        }

        var reply = await _loop.SubmitAsync(old, new FailStage("a", null, "old"));
        Assert.Equal(RefusalReason.OperationExpired, reply.Reason);
        Assert.True(reply.OperationFloor > DateTimeOffset.UnixEpoch);
        Assert.Equal(CommandOutcome.Applied, (await _loop.SubmitAsync(OperationId.Create(_clock, reply.OperationFloor), new CancelTask())).Outcome);
    });

    [Fact]
    public Task OperationFromTheFarFutureOrOfAnotherKind_IsRefusedAndRaisesNoFloor() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        Assert.Equal(
            RefusalReason.InvalidInput,
            (await _loop.SubmitAsync(new OperationId(Guid.CreateVersion7(_clock.GetUtcNow().AddYears(5_000))), new CancelTask())).Reason);
        Assert.True((await _loop.SubmitAsync(new OperationId(new Guid("8f7d2c5e-1111-4222-8333-444455556666")), new CancelTask())).IsRefused);
        Assert.Equal(DateTimeOffset.UnixEpoch, _loop.OperationFloor);
    });
}
