using System.Text.Json;
using Orleans.Storage;

namespace VideoGen.Storage.Tests.Running;

/// <summary>States that are not documents of tasks, as JSON.</summary>
internal sealed class PlainJsonSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input);
}
