using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Client.Tasks;
using VideoGen.Client.Tests.Fixtures;
using VideoGen.Client.Workers;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Tasks;

/// <summary>What many clients and workers lost at the same moment, they must not come back to at the same moments.</summary>
public sealed class BackoffTests
{
    private const int Attempts = 6;

    [Theory]
    [InlineData("list")]
    [InlineData("read")]
    [InlineData("watch")]
    [InlineData("worker")]
    public async Task ThoseWhoLostTheSameSiloDoNotComeBackInStep(string who)
    {
        var one = await WaitsOfAsync(who, 1);
        var same = await WaitsOfAsync(who, 1);
        var other = await WaitsOfAsync(who, 2);

        Assert.Equal(one, same);
        Assert.All(one.Zip(other), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.True(one[^1] > one[0] * 2, $"The waits do not grow: {string.Join(", ", one)}");
    }

    /// <summary>The first waits of a client or a worker that reaches no silo at all.</summary>
    private static async Task<TimeSpan[]> WaitsOfAsync(string who, int seed)
    {
        var time = new RecordingTime();
        var grains = DispatchProxy.Create<IGrainFactory, DeadCluster>();
        var tasks = new PipelineClient(grains, time, NullLogger<PipelineClient>.Instance) { Random = new Random(seed) };
        using var stop = new CancellationTokenSource();
        var enough = Until.Holds(() => Task.FromResult(time.Waits.Count >= Attempts));
        var task = ClientCluster.NewId();
        var calling = who switch
        {
            "list" => tasks.ListAsync(new TaskQuery(), stop.Token),
            "read" => tasks.ReadAsync(task, stop.Token),
            "watch" => tasks.WaitAsync(task, stop.Token),
            _ => WorkAsync(grains, time, seed, stop.Token),
        };
        await enough.Happens("the cluster was called several times");
        await stop.CancelAsync();
        await calling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. time.Waits.Take(Attempts)];
    }

    /// <summary>The part of a worker that asks for work, since the other parts have waits of their own beside it.</summary>
    private static Task WorkAsync(IGrainFactory grains, TimeProvider time, int seed, CancellationToken cancellationToken)
    {
        var noLimits = ImmutableDictionary<string, int>.Empty;
        var profile = new WorkerProfile(new WorkerId("worker", Guid.NewGuid()), ["stage"], []);
        var intake = new OfferIntake(
            grains, OfferStream.Of(["default"], profile, noLimits), new WorkerLoad(1, noLimits, time), new Random(seed), time, NullLogger.Instance)
        {
            Begin = _ => { },
        };
        return intake.RunAsync(cancellationToken);
    }

    /// <summary>A cluster, and each of its grains: every call ends as one to a silo that died.</summary>
    public class DeadCluster : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IGrainFactory.GetGrain) => Create(targetMethod.ReturnType, typeof(DeadCluster)),
            nameof(ITaskStateGrain.WatchAsync) => WatchAsync(),
            _ => throw new TimeoutException("No silo answers."),
        };

        private static async IAsyncEnumerable<TaskSnapshot> WatchAsync()
        {
            await Task.CompletedTask;
            foreach (var snapshot in Array.Empty<TaskSnapshot>())
            {
                yield return snapshot;
            }

            throw new TimeoutException("No silo answers.");
        }
    }
}
