using VideoGen.Storage.Records;

namespace VideoGen.Storage.JsonFiles;

public sealed class JsonFileStorageOptions
{
    /// <summary>The folder of the state files; it is made where it is missing. One process at a time may have it.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The zone of times without an offset in files that the Python system wrote; null for the zone of this machine.</summary>
    public TimeZoneInfo? LocalTime { get; set; }

    /// <exception cref="StoreException">No folder is given.</exception>
    internal string FullPath() => string.IsNullOrWhiteSpace(Folder)
        ? throw new StoreException(StoreFault.Unusable, "The JSON-file storage has no Folder. Give it the path of a folder.")
        : Path.GetFullPath(Folder);
}
