using System.Collections.Immutable;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using VideoGen.Grains.Index;
using VideoGen.Grains.Tasks;

/// <summary>A provider as others write them: what the silo's serializer makes of the state, in a file for each record.</summary>
internal sealed class PlainFiles(string folder, IGrainStorageSerializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!File.Exists(PathOf(grainId)))
        {
            return;
        }

        grainState.State = serializer.Deserialize<T>(new BinaryData(await File.ReadAllBytesAsync(PathOf(grainId))));
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(PathOf(grainId), serializer.Serialize(grainState.State).ToArray());
        grainState.ETag = Guid.NewGuid().ToString("N");
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private string PathOf(GrainId grain) => Path.Combine(folder, $"{grain.Key}.json");
}

internal sealed class PlainJson : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input);
}

internal sealed class NoIndex : ITaskIndex
{
    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default) => Task.FromResult(new TaskPage([], null));

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TaskCounts(ImmutableSortedDictionary<RunStatus, long>.Empty));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(ImmutableArray<TaskId>.Empty);

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(0);
}
