using Microsoft.Extensions.Logging.Abstractions;
using VideoGen.Storage.JsonFiles;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.JsonFiles;

internal static class JsonFileStores
{
    public static StoreHost Open(string folder, TimeProvider? time = null, TimeZoneInfo? localTime = null) =>
        new(new JsonFileRecordStore(new JsonFileStorageOptions { Folder = folder, LocalTime = localTime }, NullLogger.Instance), time);
}
