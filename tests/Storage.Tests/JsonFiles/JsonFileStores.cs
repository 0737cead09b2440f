using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.JsonFiles;

internal static class JsonFileStores
{
    public static StoreHost Open(string folder, TimeProvider? time = null, TimeZoneInfo? localTime = null) =>
        new(new JsonFileRecordStore(new JsonFileStorageOptions { Folder = folder, LocalTime = localTime }, NullLogger.Instance), time);

    /// <summary>As <c>videogen list</c> opens it.</summary>
    public static Task<TaskStoreReader> OpenReaderAsync(string folder)
    {
        var settings = new Dictionary<string, string?> { ["store:ProviderType"] = "JsonFiles", ["store:Folder"] = folder };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return TaskStoreReader.OpenAsync(configuration.GetSection("store"));
    }
}
