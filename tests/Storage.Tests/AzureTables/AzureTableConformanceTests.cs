using Orleans.Storage;
using VideoGen.Storage.Tests.Conformance;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.AzureTables;

public sealed class AzureTableGrainStorageTests(Azurite azurite) : GrainStorageConformance, IAsyncLifetime
{
    private StoreHost _host = null!;

    protected override IGrainStorage Storage => _host.Storage;

    protected override (int Walks, int Steps) ModelSize => (10, 20);

    public async ValueTask InitializeAsync() => _host = AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class AzureTableTaskIndexTests(Azurite azurite) : TaskIndexConformance
{
    private protected override async Task<StoreHost> OpenAsync(TimeProvider time) =>
        AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable(), time);
}

public sealed class AzureTableScheduleTests(Azurite azurite) : ScheduleConformance
{
    private protected override async Task<StoreHost> OpenAsync() => AzureTableStores.Open(await azurite.ConnectionStringAsync(), AzureTableStores.NewTable());
}
