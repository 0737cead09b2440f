using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Runtime;
using Orleans.Storage;
using VideoGen.Tasks;
using VideoGen.Tasks.Settings;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Settings;

/// <summary>The record of the settings, as any Orleans storage provider can hold it: one text of JSON.</summary>
public sealed class SettingsDocument
{
    public string Json { get; set; } = "";
}

/// <summary>Reads the settings, and writes them if they are still those that were read.</summary>
internal sealed class StoredSettings(IGrainStorage storage, GrainId grainId)
{
    public const string StateName = "settings";

    public async Task<(ClusterSettings Settings, string? ETag)> ReadAsync()
    {
        var record = new GrainState<SettingsDocument>(new SettingsDocument());
        await storage.ReadStateAsync(StateName, grainId, record);
        var settings = record is { RecordExists: true, State.Json.Length: > 0 }
            ? JsonSerializer.Deserialize(record.State.Json, SettingsJson.Default.ClusterSettings)
            : null;
        return (settings ?? ClusterSettings.None, record.ETag);
    }

    /// <exception cref="InconsistentStateException">Another activation wrote since it was read.</exception>
    public Task WriteAsync(ClusterSettings settings, string? etag)
    {
        var document = new SettingsDocument { Json = JsonSerializer.Serialize(settings, SettingsJson.Default.ClusterSettings) };
        return storage.WriteStateAsync(StateName, grainId, new GrainState<SettingsDocument>(document, etag) { RecordExists = etag is not null });
    }
}

/// <summary>The stored form of the settings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext
{
}
