using System.Text.Json;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// Records of grains that are not tasks, in a folder of their own: a first line of JSON with the key, the ETag and a checksum, and then the bytes.
/// </summary>
internal sealed class OtherRecords(RecordFolder folder) : IDisposable
{
    public const string FolderName = "other";

    public RecordFolder Folder { get; } = folder;

    public StoredRecord? Read(RecordKey key) => Read(Folder.PathOf(RecordFileNames.OfOther(key)), key);

    public static StoredRecord? Read(string path, RecordKey key)
    {
        try
        {
            if (WholeFile.TryRead(path) is not { Content: var content })
            {
                return null;
            }

            var end = Array.IndexOf(content, (byte)'\n');
            var head = end < 0 ? null : JsonSerializer.Deserialize(content.AsSpan(0, end), OtherRecordsJson.Default.Head);
            var body = content.AsMemory(end + 1);
            if (head is not null && head.Kind == key.Kind && head.Key == key.Id && head.Checksum == RecordChecksum.Of(key, body.Span))
            {
                return new StoredRecord(head.ETag, body);
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
        }

        throw new StoreException(
            StoreFault.DamagedRecord,
            $"The stored {key} is damaged: {path} is not as it was written. Put it back as it was, or delete it.");
    }

    public string? ETagOf(RecordKey key) => Read(key)?.ETag;

    public void Put(RecordWrite write, string? etag)
    {
        var name = RecordFileNames.OfOther(write.Key);
        if (write.Body is null)
        {
            File.Delete(Folder.PathOf(name));
            return;
        }

        var body = write.Body.ToMemory();
        var head = new Head(write.Key.Kind, write.Key.Id, etag!, RecordChecksum.Of(write.Key, body.Span));
        Folder.Replace(name, [.. JsonSerializer.SerializeToUtf8Bytes(head, OtherRecordsJson.Default.Head), (byte)'\n', .. body.Span]);
    }

    public void Sync() => Folder.Sync();

    public void Dispose() => Folder.Dispose();

    internal sealed record Head(string Kind, string Key, string ETag, long Checksum);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(OtherRecords.Head))]
internal sealed partial class OtherRecordsJson : System.Text.Json.Serialization.JsonSerializerContext
{
}
