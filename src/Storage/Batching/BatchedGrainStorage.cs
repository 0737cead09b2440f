using Orleans.Runtime;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Batching;

/// <summary>Orleans' seam over a backend: ETags as Orleans means them, one batcher in front, and the backend opened when the silo starts.</summary>
/// <remarks>
/// A state that is an <see cref="IIndexedDocument"/> brings its own bytes and its own summary; any other goes through the silo's serializer, and is
/// in no list.
/// </remarks>
internal sealed class BatchedGrainStorage(
    string name, IRecordBackend backend, IGrainStorageSerializer serializer, IActivatorProvider activators, TimeProvider time)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly WriteBatcher _batcher = new(backend);

    public ITaskIndex Index => backend;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe($"{nameof(BatchedGrainStorage)}-{name}", ServiceLifecycleStage.ApplicationServices, backend.OpenAsync);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = RecordKey.Of(stateName, grainId);
        if (await backend.ReadAsync(key).ConfigureAwait(false) is { } stored)
        {
            grainState.State = Decode<T>(key, stored.Body);
            grainState.ETag = stored.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            Reset(grainState);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var write = Encode(RecordKey.Of(stateName, grainId), grainState);
        var verdict = await _batcher.SubmitAsync(write).ConfigureAwait(false);
        grainState.ETag = ETagOf(write, verdict);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var write = new RecordWrite(RecordKey.Of(stateName, grainId), grainState.ETag, null, null);
        var verdict = await _batcher.SubmitAsync(write).ConfigureAwait(false);
        ETagOf(write, verdict);
        Reset(grainState);
    }

    public void Dispose() => backend.Dispose();

    /// <summary>A state that cannot be stored fails here, before it joins a batch with others.</summary>
    private RecordWrite Encode<T>(RecordKey key, IGrainState<T> grainState)
    {
        if (grainState.State is not IIndexedDocument document)
        {
            return new RecordWrite(key, grainState.ETag, new Utf8Rope(serializer.Serialize(grainState.State).ToMemory()), null);
        }

        var summary = document.GetSummary(time.GetUtcNow());
        return summary.TaskId.Value is { } id && id != key.Id
            ? throw new StoreException(StoreFault.Refused, $"The document of task {id} was to be stored under {key.Id}. Nothing was stored.")
            : new RecordWrite(key, grainState.ETag, document.ToUtf8Json(), summary) { Schedule = document.GetSchedule() };
    }

    private T Decode<T>(RecordKey key, ReadOnlyMemory<byte> body)
    {
        T? state;
        try
        {
            state = typeof(IIndexedDocument).IsAssignableFrom(typeof(T)) ? Load(New<T>(), body) : serializer.Deserialize<T>(new BinaryData(body));
        }
#pragma warning disable CA1031 // Whatever a serializer throws at damaged bytes means the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new StoreException(StoreFault.DamagedRecord, $"The stored {key} cannot be read: {exception.Message}", exception);
        }

        return state is IIndexedDocument document && document.GetSummary(time.GetUtcNow()).TaskId.Value is { } id && id != key.Id
            ? throw new StoreException(StoreFault.DamagedRecord, $"The record of task {key.Id} holds the document of task {id}: records were swapped.")
            : state ?? New<T>();
    }

    private static T Load<T>(T state, ReadOnlyMemory<byte> body)
    {
        ((IIndexedDocument)state!).Load(body);
        return state;
    }

    private static string? ETagOf(RecordWrite write, WriteVerdict verdict) => verdict switch
    {
        WriteVerdict.Stored stored => stored.ETag,
        WriteVerdict.Conflict conflict => throw new InconsistentStateException(
            $"The stored {write.Key} has {Name(conflict.StoredETag)}, and {Name(write.ExpectedETag)} was expected: another writer changed it.",
            conflict.StoredETag,
            write.ExpectedETag),
        WriteVerdict.Failed failed => throw failed.Exception,
        _ => throw new InvalidOperationException($"Unknown verdict {verdict}."),
    };

    private static string Name(string? etag) => etag is null ? "no record" : $"the ETag {etag}";

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = New<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private T New<T>() => activators.GetActivator<T>().Create();
}
