using Azure;
using Azure.Data.Tables;
using Orleans.Storage;

namespace VideoGen.Benchmarks.Peers;

/// <summary>
/// Grain storage on Azure Table as Orleans' official provider does it: an entity for each state, and one conditional request for each write.
/// </summary>
internal sealed class OneRequestPerWriteStorage(TableClient table, IGrainStorageSerializer serializer) : IGrainStorage
{
    private const string Data = "Data";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(grainId.Key.ToString(), RowKey(stateName, grainId));
        if (found.HasValue)
        {
            grainState.State = serializer.Deserialize<T>(new BinaryData(found.Value!.GetBinary(Data)));
            grainState.ETag = found.Value.ETag.ToString();
            grainState.RecordExists = true;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var entity = new TableEntity(grainId.Key.ToString(), RowKey(stateName, grainId)) { [Data] = serializer.Serialize(grainState.State).ToArray() };
        try
        {
            var response = string.IsNullOrEmpty(grainState.ETag)
                ? await table.AddEntityAsync(entity)
                : await table.UpdateEntityAsync(entity, new ETag(grainState.ETag), TableUpdateMode.Replace);
            grainState.ETag = response.Headers.ETag!.Value.ToString();
            grainState.RecordExists = true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            throw new InconsistentStateException(exception.Message, "", grainState.ETag ?? "", exception);
        }
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await table.DeleteEntityAsync(grainId.Key.ToString(), RowKey(stateName, grainId), new ETag(grainState.ETag ?? ETag.All.ToString()));
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string RowKey(string stateName, GrainId grainId) => $"{grainId.Type}-{stateName}";
}
