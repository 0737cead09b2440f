using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Tests;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>Buffered progress, batches with something wrong in them, and storage that is down.</summary>
public sealed partial class TaskCommitLoopTests
{
    [Fact]
    public Task CommandThatMakesTheTaskTooLarge_IsRefusedAloneAndTheRestOfTheBatchIsStored() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var big = new string('x', 60_000);
        for (var i = 0; i < 60; i++)
        {
            var state = _loop.State!;
            var json = System.Text.Json.JsonSerializer.Serialize(
                state with { Metadata = state.Metadata.SetItem($"k{i}", JsonText.FromString(big)) }, TaskJson.Default.TaskState);
            Assert.False((await SubmitAsync(new SaveTask(state.Version, JsonText.Parse(json)))).IsRefused);
        }

        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var first = SubmitAsync(new FailStage("a", null, "first"));
        var before = SubmitAsync(new AddStage("b"));
        var warnings = Enumerable.Range(0, 190).Select(_ => new string('w', 4_000)).ToArray();
        var poison = SubmitAsync(new CompleteStage("a", null) { Warnings = [.. warnings] });
        var after = SubmitAsync(new AddStage("c"));
        var buffered = await SubmitAsync(new ReportProgress("a", null, 0.3, null));
        gate.SetResult();
        Assert.Equal(CommandOutcome.Buffered, buffered.Outcome);
        Assert.Equal(CommandOutcome.Applied, (await first).Outcome);
        Assert.Equal((CommandOutcome.Applied, CommandOutcome.Applied), ((await before).Outcome, (await after).Outcome));
        Assert.Equal(RefusalReason.InvalidInput, (await poison).Reason);
        Assert.Contains("4194304 is the most", (await poison).Message, StringComparison.Ordinal);
        Assert.Empty(_loop.State!.Warnings);
    });

    [Fact]
    public Task BufferedProgress_IsWrittenWithinASecondAndOnceForMany() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        var writes = _record.Writes;
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(CommandOutcome.Buffered, (await SubmitAsync(new ReportProgress("a", null, i / 100.0, null))).Outcome);
        }

        Assert.Equal(writes, _record.Writes);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _loop.DrainAsync();
        Assert.Equal(writes + 1, _record.Writes);
        Assert.Equal((0.5, 3L), (_loop.State!.Stages[0].Progress, _loop.State.Version));
    });

    [Fact]
    public Task ProgressThatIsNotANumber_CountsAsZeroDurableOrBuffered() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        Assert.Equal(CommandOutcome.Unchanged, (await SubmitAsync(new ReportProgress("a", null, double.NaN, null) { Durable = true })).Outcome);
        Assert.Equal(CommandOutcome.Unchanged, (await SubmitAsync(new ReportProgress("a", null, double.NaN, null))).Outcome);
        Assert.Equal(0, _loop.State!.Stages[0].Progress);
    });

    [Fact]
    public Task StagesStartedInOneCommit_GetDifferentTokens() => OnOneScheduler(async () =>
    {
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var create = SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Situations.Pipeline(Situations.Stage("a"), Situations.Stage("b"))));
        var starts = new[] { "a", "b", "a" }.Select(stage => SubmitAsync(new StartStage(stage, Situations.Worker, Situations.Lease))).ToList();
        gate.SetResult();
        await create;
        var replies = await Task.WhenAll(starts);
        Assert.Equal([1, 2], replies.Take(2).Select(reply => reply.Lease!.Token));
        Assert.Equal(RefusalReason.InvalidState, replies[2].Reason);
        Assert.Equal(2, _record.Writes);
    });

    [Fact]
    public Task ReportInTime_RenewsTheLeaseEvenWhenItIsWrittenLater() => OnOneScheduler(async () =>
    {
        await SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Situations.Pipeline(Situations.Stage("a"))));
        var token = (await SubmitAsync(new StartStage("a", Situations.Worker, TimeSpan.FromSeconds(1)))).Lease!.Token;
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(CommandOutcome.Buffered, (await SubmitAsync(new ReportProgress("a", token, 0.5, null) { ExtendLease = TimeSpan.FromSeconds(1) })).Outcome);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        await SubmitAsync(new CheckDeadlines());
        Assert.Equal(token, _loop.State!.Stages[0].Lease!.Token);
        Assert.Equal(0.5, _loop.State.Stages[0].Progress);
    });

    [Fact]
    public Task ReportInTime_CountsAlthoughTheLeaseIsOverWhenItIsWritten() => OnOneScheduler(async () =>
    {
        await SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, Situations.Pipeline(Situations.Stage("a"))));
        var token = (await SubmitAsync(new StartStage("a", Situations.Worker, TimeSpan.FromSeconds(1)))).Lease!.Token;
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        var gate = new TaskCompletionSource();
        _record.BeforeWrites.Enqueue(() => gate.Task);
        var before = SubmitAsync(new ChangePriority(1));
        Assert.Equal(CommandOutcome.Buffered, (await SubmitAsync(new ReportProgress("a", token, 0.5, null))).Outcome);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        gate.SetResult();
        await before;
        await _loop.DrainAsync();
        Assert.Equal(0.5, _loop.State!.Stages[0].Progress);
    });

    [Fact]
    public Task StorageThatIsDown_FailsAllThatWaitsAtOnceAndNotOneBatchAfterTheOther() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        for (var i = 0; i < 1_000; i++)
        {
            _record.BeforeWrites.Enqueue(MemoryRecord.Fails);
        }

        var answers = Enumerable.Range(0, 2_000).Select(i => SubmitAsync(new FailStage("a", null, $"{i}"))).ToList();
        foreach (var answer in answers)
        {
            await Assert.ThrowsAsync<TaskStorageException>(() => answer);
        }

        Assert.InRange(_record.Writes, 1, 3 * Quick.MaxAttempts);
        _record.BeforeWrites.Clear();
        Assert.Equal(CommandOutcome.Applied, (await SubmitAsync(new FailStage("a", null, "after"))).Outcome);
        Assert.Equal(["a: after"], _loop.State!.Errors);
    });

    [Fact]
    public Task ReadThatEndsAtOnce_IsNotTakenForTheNextOne() => OnOneScheduler(async () =>
    {
        await CreateAsync();
        FailAllReads();
        _record.AfterWrites.Enqueue(MemoryRecord.Fails);
        await Assert.ThrowsAsync<TaskStorageException>(() => SubmitAsync(new CancelTask()));
        await _loop.LoadAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(RunStatus.Cancelled, _loop.State!.Status);
    });
}
