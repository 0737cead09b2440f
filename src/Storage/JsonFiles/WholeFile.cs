namespace VideoGen.Storage.JsonFiles;

/// <summary>A file that is only ever replaced as a whole, read as a whole: whatever becomes of its name meanwhile, the content is that of one moment.</summary>
internal readonly record struct WholeFile(byte[] Content, DateTimeOffset Written)
{
    /// <summary>Null when there is no such file (any more).</summary>
    public static WholeFile? TryRead(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return new WholeFile(content, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
