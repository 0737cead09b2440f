using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using VideoGen.Grains.Queues;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Queues;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>F31: a queue that lives in a silo of an older program cannot read questions that came later. What it does not know, it does not forbid.</summary>
public sealed class OlderQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly IGrainFactory _grains = DispatchProxy.Create<IGrainFactory, Older>();

    [Fact]
    public async Task AQueueThatKnowsNoPause_IsOpen()
    {
        var gates = new QueueGates(new GrainReferences<IStageQueueGrain>(_grains), _time);
        Assert.Null(await gates.PauseOfAsync("default"));
    }

    [Fact]
    public async Task AQueueThatKnowsNoBound_LetsTasksIn()
    {
        var gates = new CreationGates(_grains, DispatchProxy.Create<ILocalSiloDetails, Older>(), _time);
        Assert.Null(await gates.EnterAsync("default", 3));
        Assert.Null(await gates.EnterAsync("default", 3));
    }

#pragma warning disable CA1852 // The proxy derives from it at run time.
    private class Older : DispatchProxy
#pragma warning restore CA1852
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IGrainFactory.GetGrain) => Create<IStageQueueGrain, Older>(),
            "get_SiloAddress" => SiloAddress.Zero,
            nameof(IStageQueueGrain.AdmitAsync) => Task.FromException<QueueAdmission>(Unknown()),
            nameof(IStageQueueGrain.ReserveAsync) => Task.FromException<QueueRoom>(Unknown()),
            _ => throw new NotSupportedException(targetMethod.Name),
        };

        private static TypeLoadException Unknown() => new("Unable to resolve type alias.");
    }
}
