using Orleans.Storage;
using VideoGen.Storage.Tests.Conformance;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.JsonFiles;

public sealed class JsonFileGrainStorageTests : GrainStorageConformance, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StoreHost _host;

    public JsonFileGrainStorageTests() => _host = JsonFileStores.Open(_folder.File("state"));

    protected override IGrainStorage Storage => _host.Storage;

    protected override (int Walks, int Steps) ModelSize => (20, 20);

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }
}

public sealed class JsonFileTaskIndexTests : TaskIndexConformance
{
    private readonly TempFolder _folder = new();

    private protected override Task<StoreHost> OpenAsync(TimeProvider time) => Task.FromResult(JsonFileStores.Open(_folder.File("state"), time));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class JsonFileScheduleConformanceTests : ScheduleConformance
{
    private readonly TempFolder _folder = new();

    private protected override Task<StoreHost> OpenAsync() => Task.FromResult(JsonFileStores.Open(_folder.File("state")));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
