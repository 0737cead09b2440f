using Orleans.Concurrency;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Activation;

/// <summary>A stateless worker, so that the silo whose gateway a call takes answers it by itself.</summary>
[GrainType("gateway")]
[StatelessWorker, Reentrant]
internal sealed class GatewayGrain : Grain, IGatewayGrain
{
    public Task PingAsync() => Task.CompletedTask;
}
