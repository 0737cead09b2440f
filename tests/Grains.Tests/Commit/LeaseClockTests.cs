using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Grains.Commit;
using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;
using static VideoGen.Tasks.Tests.Situations;

namespace VideoGen.Grains.Tests.Commit;

/// <summary>Leases by a clock that nobody steps, and over the activations of a task; promises to people by the clock on the wall (F25).</summary>
public sealed class LeaseClockTests
{
    private static readonly VideoGenDiagnostics Diagnostics = new(NullLogger<VideoGenDiagnostics>.Instance);

    private readonly MemoryRecord _record = new();
    private readonly SteppedClock _clock = new();
    private TaskCommitLoop _loop;

    public LeaseClockTests() => _loop = NewLoop();

    private StageState Work => _loop.State!.Stages[0];

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task StepOfTheWallClock_MovesNoEndOfALease(double hours)
    {
        var token = await StartAsync();
        _clock.Pass(5);
        _clock.Step(hours);
        _clock.Pass(24.9);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Running, Work.Status);
        Assert.False((await ReportAsync(token, extend: false)).IsRefused);

        _clock.Pass(0.1);
        Assert.Equal(TimeSpan.Zero, _loop.UntilDue);
        Assert.Equal(RefusalReason.LeaseLost, (await ReportAsync(token)).Reason);
        await CheckTimeAsync();
        Assert.Equal((RunStatus.Pending, 1), (Work.Status, Work.LostAttempts));
    }

    [Fact]
    public async Task ReportThatIsNotWorthAWrite_HoldsTheLeaseAllTheSame()
    {
        var token = await StartAsync();
        var ends = Work.Lease!.ExpiresAt;
        _clock.Pass(8);
        Assert.False((await ReportAsync(token)).IsRefused);
        await _loop.DrainAsync();
        Assert.Equal(ends, Work.Lease!.ExpiresAt);

        _clock.Pass(29.9);
        await CheckTimeAsync();
        Assert.False((await ReportAsync(token, extend: false)).IsRefused);
        _clock.Pass(0.1);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Pending, Work.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task LeaseOfAFormerActivation_GetsItsWholeLengthAgain(double hours)
    {
        var token = await StartAsync();
        _clock.Pass(29);
        _clock.Step(hours);
        await TakeOverAsync();
        _clock.Pass(29.9);
        await CheckTimeAsync();
        Assert.Equal((token, 1), (Work.Lease?.Token, Work.Lease?.Takeovers));

        _clock.Pass(0.1);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Pending, Work.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task HolderThatGoesOnReporting_IsLostToNoJumpAndNoTakeover(double hours)
    {
        var token = await StartAsync();
        for (var i = 0; i < 8; i++)
        {
            _clock.Step(i % 2 == 0 ? hours : -hours);
            _clock.Pass(20);
            Assert.False((await ReportAsync(token)).IsRefused);
            await _loop.DrainAsync();
            Assert.Equal(0, Work.Lease!.Takeovers);
            await TakeOverAsync();
        }

        Assert.Equal((RunStatus.Running, 0), (Work.Status, Work.LostAttempts));
    }

    /// <summary>
    /// A dead activation had a write on its way that ends the lease. Whichever write arrives first, no holder that was told to go on loses its lease.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FirstReportToAnActivation_IsAnsweredWhenNoWriteOfTheOneBeforeCanLandAnyMore(bool landsFirst)
    {
        var token = await StartAsync();
        var (onItsWay, land) = (new TaskCompletionSource(), new TaskCompletionSource());
        _clock.Pass(30);
        _record.BeforeWrites.Enqueue(async () =>
        {
            onItsWay.SetResult();
            await land.Task;
        });
        var dead = CheckTimeAsync();
        await onItsWay.Task;
        _loop = NewLoop();
        await _loop.LoadAsync();

        if (landsFirst)
        {
            land.SetResult();
            await dead;
        }

        var reply = await AfterWaitsAsync(ReportAsync(token));
        land.TrySetResult();

        Assert.Equal(landsFirst ? RefusalReason.LeaseLost : RefusalReason.None, reply.Reason);
        _loop = NewLoop();
        await _loop.LoadAsync();
        Assert.Equal(landsFirst ? RunStatus.Pending : RunStatus.Running, Work.Status);
    }

    [Fact]
    public async Task ActivationsThatKeepDying_ExtendNoLeaseForEver()
    {
        var token = await StartAsync();
        for (var i = 1; i < Limits.MaxTakeovers; i++)
        {
            _clock.Pass(29);
            await TakeOverAsync();
            Assert.Equal((token, i), (Work.Lease?.Token, Work.Lease?.Takeovers));
        }

        _clock.Pass(29);
        await TakeOverAsync();
        Assert.Equal((RunStatus.Pending, 1), (Work.Status, Work.LostAttempts));
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(300, 300)]
    [InlineData(5, 30)]
    public async Task LeaseWithoutAStoredLength_GetsWhatWasLeftOfItAndAtLeastTheUsual(int seconds, int expected)
    {
        await StartAsync(TimeSpan.FromSeconds(seconds));
        var stored = Encoding.UTF8.GetString(_record.Json!);
        var former = stored.Replace($",\"duration\":\"{TimeSpan.FromSeconds(seconds)}\"", "", StringComparison.Ordinal);
        Assert.NotEqual(stored, former);
        _record.RollBack(Encoding.UTF8.GetBytes(former));
        _clock.Step(1);
        await TakeOverAsync();
        _clock.Pass(expected - 0.1);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Running, Work.Status);
        _clock.Pass(0.1);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Pending, Work.Status);
    }

    [Fact]
    public async Task TimeOfATask_NeverGoesBackOverItsActivations()
    {
        var token = await StartAsync();
        _clock.Pass(10);
        _clock.Step(-1);
        await TakeOverAsync();
        await SubmitAsync(new CompleteStage(WorkStage, token));
        Assert.InRange(Work.CompletedAt!.Value - Work.StartedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task RecordOfAClockThatWasDaysAhead_IsNotFollowed()
    {
        _clock.Step(72);
        await StartAsync();
        _clock.Step(-72);
        await TakeOverAsync();
        Assert.InRange(_loop.UntilDue!.Value, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
        _clock.Pass(30);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Pending, Work.Status);
        await SubmitAsync(new StartNow());
        await SubmitAsync(new StartStage(WorkStage, Worker, Lease));
        Assert.Equal(_clock.GetUtcNow(), Work.StartedAt);
    }

    /// <summary>A promise to people holds by the clock that they look at.</summary>
    [Fact]
    public async Task DeadlineOfATask_FollowsTheClockOnTheWall()
    {
        await StartAsync();
        _clock.Step(1.9);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Running, _loop.State!.Status);
        _clock.Step(0.2);
        await CheckTimeAsync();
        Assert.Equal(RunStatus.Failed, _loop.State!.Status);
    }

    [Fact]
    public async Task DelayOfAnAttempt_FollowsTheClockOnTheWall()
    {
        var token = await StartAsync();
        await SubmitAsync(new FailStage(WorkStage, token, "broken", null, Retryable: true));
        Assert.Equal(RefusalReason.InvalidState, (await SubmitAsync(new StartStage(WorkStage, Worker, Lease))).Reason);
        _clock.Step(1);
        Assert.NotNull((await SubmitAsync(new StartStage(WorkStage, Worker, Lease))).Lease);
    }

    /// <summary>All ids of operations would be older than a window that ends an hour ahead of their makers' clocks.</summary>
    [Fact]
    public async Task OperationsBeforeAStepOfTheWallClock_AreRememberedAfterIt()
    {
        await StartAsync();
        var operation = OperationId.Create(_clock);
        var report = new ReportProgress(WorkStage, 1, 0.5, null) { Durable = true };
        var first = await _loop.SubmitAsync(operation, report);
        _clock.Step(1);
        await SubmitAsync(new PauseTask());
        var again = await _loop.SubmitAsync(operation, report);
        Assert.Equal((CommandOutcome.Applied, first.Version), (again.Outcome, again.Version));
    }

    /// <summary>Lets the waits between attempts pass.</summary>
    private async Task<T> AfterWaitsAsync<T>(Task<T> task)
    {
        for (var i = 0; i < 100 && !task.IsCompleted; i++)
        {
            _clock.Pass(0.1);
            await Task.Yield();
        }

        Assert.True(task.IsCompleted, "There is no answer after ten seconds.");
        return await task;
    }

    private async Task<long> StartAsync(TimeSpan? lease = null)
    {
        var pipeline = Pipeline(Stage(WorkStage) with { Retry = new() { MaxAttempts = 3 } }) with { Timeout = TimeSpan.FromHours(2) };
        await SubmitAsync(new CreateTask(TaskId.Parse("t"), JsonText.EmptyObject, pipeline));
        return (await SubmitAsync(new StartStage(WorkStage, Worker, lease ?? Lease))).Lease!.Token;
    }

    /// <summary>Another activation loads the record, and looks at its clock at once.</summary>
    private async Task TakeOverAsync()
    {
        _loop = NewLoop();
        await CheckTimeAsync();
    }

    private Task CheckTimeAsync() => _loop.CheckTimeAsync(floor => OperationId.Create(_clock, floor));

    private Task<TaskReply> ReportAsync(long token, bool extend = true) =>
        SubmitAsync(new ReportProgress(WorkStage, token, 0, null) { ExtendLease = extend ? Lease : null });

    private Task<TaskReply> SubmitAsync(TaskCommand command)
    {
        return _loop.SubmitAsync(OperationId.Create(_clock, _loop.OperationFloor), command);
    }

    private TaskCommitLoop NewLoop() =>
        new("t", _record, Guid.NewGuid(), _clock, new Random(1), new CommitOptions(), Diagnostics);
}
