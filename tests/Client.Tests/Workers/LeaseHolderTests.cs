using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Client.Stages;
using VideoGen.Client.Tasks;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Workers;

/// <summary>A holder stops before its task may give the stage to another (T7, F25).</summary>
public sealed class LeaseHolderTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Held = Length * 0.9;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void ALeaseIsHeldForNineTenthsSinceItWasAskedFor()
    {
        var time = new FakeTimeProvider();
        var asked = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(4));
        using var held = new HeldLease(Length, asked, time);

        time.Advance(Held - TimeSpan.FromSeconds(4) - Step);
        Assert.False(held.Over.IsCancellationRequested);
        time.Advance(Step);
        Assert.True(held.Over.IsCancellationRequested);
    }

    [Fact]
    public void ARenewalCountsFromWhenItWasSent()
    {
        var time = new FakeTimeProvider();
        using var held = new HeldLease(Length, time.GetTimestamp(), time);
        time.Advance(TimeSpan.FromSeconds(10));
        var sent = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(4));
        held.Renew(sent);

        time.Advance(Held - TimeSpan.FromSeconds(4) - Step);
        Assert.False(held.Over.IsCancellationRequested);
        time.Advance(Step);
        Assert.True(held.Over.IsCancellationRequested);
    }

    [Fact]
    public void ALeaseThatWasGrantedTooLateIsOverAtOnce()
    {
        var time = new FakeTimeProvider();
        var asked = time.GetTimestamp();
        time.Advance(Held);
        using var held = new HeldLease(Length, asked, time);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(held.Over.IsCancellationRequested);
    }

    /// <summary>The task counts from when a report arrived, which is at the latest when it was answered, but may be as soon as it was sent.</summary>
    [Theory]
    [InlineData(CommandOutcome.Buffered)]
    [InlineData(CommandOutcome.Refused)]
    public async Task AWorkerThatIsNotAnsweredAnyMoreStopsWhileTheStageIsItsOwn(CommandOutcome onlyAnswer)
    {
        var time = new FakeTimeProvider();
        var folder = Directory.CreateTempSubdirectory("videogen-tests-").FullName;
        try
        {
            var stopped = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
            var stage = new CodeStage("work", async (_, token) =>
            {
                await using var stopping = token.Register(() => stopped.TrySetResult(time.GetUtcNow()));
                await Task.Delay(Timeout.Infinite, token);
                return StageResult.Empty;
            });
            var lease = new StageLease(new WorkerId("w", Guid.Empty), 1, time.GetUtcNow() + Length);
            var grain = DispatchProxy.Create<ITaskStateGrain, Answering>();
            var (grains, answering) = (DispatchProxy.Create<IGrainFactory, Answering>(), new Answers(time, lease, onlyAnswer));
            foreach (var proxy in new object[] { grain, grains })
            {
                ((Answering)proxy).Answers = answering;
            }

            answering.Grain = grain;
            using var folders = AttemptFolders.Open(folder);
            var stages = ImmutableDictionary<string, IStage>.Empty.Add("work", stage);
            var artifacts = new FolderArtifactStore(Path.Combine(folder, "artifacts"));
            var load = new WorkerLoad(1, ImmutableDictionary<string, int>.Empty, time);
            var bench = new Workbench(
                new PipelineClient(grains, time, NullLogger<PipelineClient>.Instance),
                stages,
                artifacts,
                new WorkerNeeds(stages, artifacts, load, new Random(1), time, NullLogger.Instance),
                folders,
                new StageWorkerOptions { LeaseDuration = Length },
                time,
                NullLogger.Instance);
            var asked = time.GetUtcNow();
            var start = new TaskReply { Outcome = CommandOutcome.Applied, Version = 1, Lease = lease };
            var running = new StageExecution(bench, TaskId.Parse("t"), "work", start, time.GetTimestamp(), () => null).RunAsync(default, default);
            var began = DateTime.UtcNow;
            while (!stopped.Task.IsCompleted && time.GetUtcNow() < asked + (2 * Length))
            {
                Assert.True(DateTime.UtcNow - began < Until.Patience, "The stage was neither stopped nor given time.");
                time.Advance(Step);
                await Task.Delay(1);
            }

            var heard = answering.SentAt is { } sent && onlyAnswer != CommandOutcome.Refused ? sent : asked;
            Assert.True(stopped.Task.IsCompleted, "The stage was not stopped.");
            Assert.True(await stopped.Task <= heard + Held + Step, $"It was heard at {heard:mm:ss.f}, and stopped at {await stopped.Task:mm:ss.f}.");
            Assert.NotNull(answering.SentAt);
            while (!running.IsCompleted)
            {
                time.Advance(Step);
                await Task.Delay(1);
            }

            Assert.Equal(StageEnd.Abandoned, await running);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A task that shows the stage as held, answers the first report four seconds after it was sent, and none that follow.</summary>
    public sealed class Answers(FakeTimeProvider time, StageLease lease, CommandOutcome only)
    {
        public ITaskStateGrain? Grain { get; set; }

        public DateTimeOffset? SentAt { get; private set; }

        public object? Answer(MethodInfo method)
        {
            switch (method.Name)
            {
                case nameof(ITaskStateGrain.ExecuteAsync) when SentAt is null:
                    SentAt = time.GetUtcNow();
                    time.Advance(TimeSpan.FromSeconds(4));
                    return Task.FromResult(new TaskReply
                    {
                        Outcome = only,
                        Reason = only == CommandOutcome.Refused ? RefusalReason.Busy : RefusalReason.None,
                        Version = 1,
                    });
                case nameof(ITaskStateGrain.ExecuteAsync):
                    return new TaskCompletionSource<TaskReply>().Task;
                case nameof(ITaskReaderGrain.ReadAsync):
                    var json = JsonSerializer.SerializeToUtf8Bytes(State, TaskJson.Default.TaskState);
                    return Task.FromResult<TaskSnapshot?>(new TaskSnapshot(1, "e1", json, 1));
                default:
                    return method.ReturnType == typeof(ITaskReaderGrain) ? Reader() : Grain;
            }
        }

        private TaskState State => new()
        {
            TaskId = TaskId.Parse("t"),
            Status = RunStatus.Running,
            Version = 1,
            Stages = StageMap.Empty.With(new StageState { Name = "work", Status = RunStatus.Running, Attempt = 1, Lease = lease }),
        };

        private ITaskReaderGrain Reader()
        {
            var reader = DispatchProxy.Create<ITaskReaderGrain, Answering>();
            ((Answering)(object)reader).Answers = this;
            return reader;
        }
    }

    public class Answering : DispatchProxy
    {
        public Answers Answers { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answers.Answer(targetMethod!);
    }
}
