using System.Buffers.Text;
using System.Text;

namespace VideoGen.Storage.AzureTables;

/// <summary>
/// Reads the answer to an entity-group transaction in one pass: a part for each operation, or one part for the operation that failed. Whatever is not
/// whole to its last boundary, or is not of that form, is no answer.
/// </summary>
internal sealed class TableAnswerReader
{
    private readonly ReadOnlyMemory<byte> _content;
    private int _position;

    private TableAnswerReader(ReadOnlyMemory<byte> content) => _content = content;

    /// <summary>The answer; null when it cannot be understood, so that it is not known what happened.</summary>
    public static TableAnswer? Read(ReadOnlyMemory<byte> content, int operations) => new TableAnswerReader(content).Read(operations);

    private TableAnswer? Read(int operations)
    {
        if (ReadBoundary() is not { } boundary || !ReadPast(boundary))
        {
            return null;
        }

        var etags = new List<string?>(operations);
        TableAnswer? refusal = null;
        while (true)
        {
            var status = ReadStatus();
            var etag = ReadETag();
            var begin = _position;
            if (status == 0 || ReadDelimiter(boundary) is not { } delimiter)
            {
                return null;
            }

            if (status is >= 200 and < 300)
            {
                etags.Add(etag);
            }
            else
            {
                refusal ??= TableAnswer.Refusal(status, _content[begin..delimiter.Begin], operations);
            }

            if (delimiter.IsLast)
            {
                break;
            }
        }

        return refusal ?? (etags.Count == operations ? new TableAnswer { Status = 202, ETags = etags } : null);
    }

    /// <summary>The line that parts the answers to the operations; the headers of the set of changes name it.</summary>
    private byte[]? ReadBoundary()
    {
        const string Name = "boundary=";
        while (TryReadLine(out var line))
        {
            if (IsHeader(line, "Content-Type"u8, out var value)
                && Encoding.ASCII.GetString(value) is var type
                && type.IndexOf(Name, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            {
                return Encoding.ASCII.GetBytes($"--{type[(at + Name.Length)..].Split(';')[0].Trim('"', ' ')}");
            }
        }

        return null;
    }

    private bool ReadPast(ReadOnlySpan<byte> boundary) => ReadDelimiter(boundary) is { IsLast: false };

    private (int Begin, bool IsLast)? ReadDelimiter(ReadOnlySpan<byte> boundary)
    {
        var begin = _position;
        while (TryReadLine(out var line))
        {
            if (line.StartsWith(boundary))
            {
                var rest = line[boundary.Length..].TrimEnd((byte)' ');
                if (rest.IsEmpty || rest.SequenceEqual("--"u8))
                {
                    return (begin, !rest.IsEmpty);
                }
            }

            begin = _position;
        }

        return null;
    }

    /// <summary>Of the operation; 0 when there is none.</summary>
    private int ReadStatus()
    {
        while (TryReadLine(out var line))
        {
            if (line.StartsWith("HTTP/1."u8))
            {
                var at = line.IndexOf((byte)' ') + 1;
                return at > 0 && Utf8Parser.TryParse(line[at..], out int status, out var digits) && digits == 3 ? status : 0;
            }
        }

        return 0;
    }

    /// <summary>Reads the headers of the operation.</summary>
    private string? ReadETag()
    {
        string? etag = null;
        while (TryReadLine(out var line) && !line.IsEmpty)
        {
            if (IsHeader(line, "ETag"u8, out var value))
            {
                etag = Encoding.ASCII.GetString(value);
            }
        }

        return etag;
    }

    private static bool IsHeader(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (line.Length <= name.Length || line[name.Length] != (byte)':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
        {
            return false;
        }

        value = line[(name.Length + 1)..].Trim((byte)' ');
        return true;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var rest = _content.Span[_position..];
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = rest.IndexOf((byte)'\n');
        line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
        _position += end < 0 ? rest.Length : end + 1;
        return true;
    }
}
