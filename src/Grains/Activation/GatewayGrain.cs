using Orleans.Concurrency;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Grains.Activation;

/// <summary>A stateless worker: clients send such calls to their gateways in turn, and each silo answers by itself.</summary>
[GrainType("gateway")]
[StatelessWorker, Reentrant]
internal sealed class GatewayGrain : Grain, IGatewayGrain
{
    public Task PingAsync() => Task.CompletedTask;
}
