using Orleans.Storage;
using VideoGen.Storage.Tests.Conformance;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.PostgreSql;

public sealed class PostgresGrainStorageTests(PostgresServer server) : GrainStorageConformance, IAsyncLifetime
{
    private StoreHost _host = null!;

    protected override IGrainStorage Storage => _host.Storage;

    protected override (int Walks, int Steps) ModelSize => (20, 20);

    public async ValueTask InitializeAsync() => _host = await server.OpenAsync();

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgresTaskIndexTests(PostgresServer server) : TaskIndexConformance
{
    private protected override Task<StoreHost> OpenAsync(TimeProvider time) => server.OpenAsync(time);
}

public sealed class PostgresScheduleConformanceTests(PostgresServer server) : ScheduleConformance
{
    private protected override Task<StoreHost> OpenAsync() => server.OpenAsync();
}
