using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using VideoGen.Storage.Batching;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Running;

/// <summary>A storage provider over a backend without a silo around it: the same class, the same serializer.</summary>
internal sealed class StoreHost : IDisposable
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddSerializer()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .BuildServiceProvider();

    private readonly IRecordBackend _backend;
    private readonly BatchedGrainStorage _storage;

    public StoreHost(IRecordBackend backend, TimeProvider? time = null)
    {
        _backend = backend;
        var activators = Services.GetRequiredService<IActivatorProvider>();
        _storage = new BatchedGrainStorage("tasks", backend, new PlainJsonSerializer(), activators, time ?? TimeProvider.System);
    }

    public IGrainStorage Storage => _storage;

    public ITaskIndex Index => _backend;

    /// <summary>Writes a document under the ETag that it is thought to have, and returns the new one.</summary>
    public async Task<string> WriteAsync(TaskDocument document, string? etag = null)
    {
        var state = new GrainState<TaskDocument>(document, etag);
        await Storage.WriteStateAsync(Samples.StateName, Samples.GrainOf(document.Commit.TaskId), state);
        return state.ETag!;
    }

    public async Task<GrainState<TaskDocument>> ReadAsync(string taskId)
    {
        var state = new GrainState<TaskDocument>(new TaskDocument());
        await Storage.ReadStateAsync(Samples.StateName, Samples.GrainOf(taskId), state);
        return state;
    }

    public void Dispose() => _storage.Dispose();
}
