using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>Orleans' own memory storage, in a silo: shows that the suite asks for nothing that is only ours.</summary>
public sealed class MemoryGrainStorageTests(MemorySilo silo) : GrainStorageConformance, IClassFixture<MemorySilo>
{
    protected override IGrainStorage Storage => silo.Storage;
}

public sealed class MemorySilo : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public IGrainStorage Storage { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage("memory"));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Storage = _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>("memory");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
