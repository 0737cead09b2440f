namespace VideoGen.Storage.Records;

/// <summary>What is said of a disk that takes nothing, whichever store meets it.</summary>
internal static class DiskWords
{
    public static string Full(string path) => $"the disk that holds {path} is full. Free some space and try again; what was stored before is safe.";

    public static string ReadOnly(string path) =>
        $"the disk that holds {path} can only be read. Mount it for writing, or choose another folder; what was stored before is safe.";
}
