using VideoGen.Files;

namespace VideoGen.Storage.JsonFiles;

/// <summary>A file that is only ever replaced as a whole, read as a whole: whatever becomes of its name meanwhile, the content is that of one moment.</summary>
internal readonly record struct WholeFile(byte[] Content, DateTimeOffset Written)
{
    /// <summary>Longer files are none of ours: a body has at most half of this, and escapes make it longer.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>Null when there is no such file (any more).</summary>
    /// <exception cref="FormatException">It is no file of ours: a pipe, a device, or too long.</exception>
    public static WholeFile? TryRead(string path)
    {
        try
        {
            using var file = new FileStream(RegularFile.OpenRead(path), FileAccess.Read, bufferSize: 0);
            var content = new byte[file.Length <= MaxBytes ? file.Length : throw new FormatException($"It has {file.Length} bytes, which is too much.")];
            file.ReadExactly(content);
            return new WholeFile(content, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException) && exception.InnerException is null)
        {
            throw new FormatException(exception.Message, exception);
        }
    }
}
