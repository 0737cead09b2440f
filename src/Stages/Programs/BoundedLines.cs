using System.Text;

namespace VideoGen.Stages.Programs;

/// <summary>What a program prints, line by line, in a memory of fixed size however much comes and whether or not a line ever ends.</summary>
internal static class BoundedLines
{
    /// <summary>Bytes of a line that are kept; the rest of it is read and forgotten.</summary>
    internal const int MaxLineBytes = 8_192;

    private const int BufferLength = 32 * 1024;

    /// <summary>Reads to the end. A carriage return ends a line as well, as in the bars of progress that programs draw.</summary>
    public static async Task ReadAsync(Stream stream, Action<string> onLine, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferLength];
        var line = new byte[MaxLineBytes];
        var length = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            length = Split(buffer.AsSpan(0, read), line, length, onLine);
        }

        Say(line.AsSpan(0, length), onLine);
    }

    /// <summary>The length of what follows the last end of a line.</summary>
    private static int Split(ReadOnlySpan<byte> bytes, Span<byte> line, int length, Action<string> onLine)
    {
        while (true)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var part = end < 0 ? bytes : bytes[..end];
            var kept = Math.Min(part.Length, line.Length - length);
            part[..kept].CopyTo(line[length..]);
            length += kept;
            if (end < 0)
            {
                return length;
            }

            Say(line[..length], onLine);
            length = 0;
            bytes = bytes[(end + 1)..];
        }
    }

    private static void Say(ReadOnlySpan<byte> line, Action<string> onLine)
    {
        if (!line.IsEmpty)
        {
            onLine(Encoding.UTF8.GetString(line));
        }
    }
}
