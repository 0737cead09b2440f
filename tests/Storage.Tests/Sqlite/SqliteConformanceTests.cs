using Orleans.Storage;
using VideoGen.Storage.Tests.Conformance;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : GrainStorageConformance, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StoreHost _host;

    public SqliteGrainStorageTests() => _host = SqliteStores.Open(_folder.File("tasks.db"));

    protected override IGrainStorage Storage => _host.Storage;

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }
}

public sealed class SqliteTaskIndexTests : TaskIndexConformance
{
    private readonly TempFolder _folder = new();

    private protected override Task<StoreHost> OpenAsync(TimeProvider time) => Task.FromResult(SqliteStores.Open(_folder.File("tasks.db"), time));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class SqliteScheduleConformanceTests : ScheduleConformance
{
    private readonly TempFolder _folder = new();

    private protected override Task<StoreHost> OpenAsync() => Task.FromResult(SqliteStores.Open(_folder.File("tasks.db")));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
