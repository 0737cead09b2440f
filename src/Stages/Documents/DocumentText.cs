using System.Text;
using VideoGen.Stages.Text;

namespace VideoGen.Stages.Documents;

/// <summary>Turns the bytes of a document into its text.</summary>
internal static class DocumentText
{
    /// <summary>The most bytes of a document.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Private characters by which the reading of a document marks its parts.</summary>
    private const char FirstOwn = '\uE010';
    private const char LastOwn = '\uE01F';

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16 = new(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16BigEndian = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8, or UTF-16 with or without its byte order mark. Nothing else is taken for text.</summary>
    /// <exception cref="DocumentException"><c>document.too_large</c>, <c>document.binary</c>, <c>document.encoding</c> or <c>document.empty</c>.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > MaxBytes)
        {
            throw TooLarge(name, bytes.Length);
        }

        string text;
        try
        {
            text = bytes switch
            {
                [0xFF, 0xFE, 0, 0, ..] => throw Binary(name),
                [0xFF, 0xFE, ..] => Utf16.GetString(bytes[2..]),
                [0xFE, 0xFF, ..] => Utf16BigEndian.GetString(bytes[2..]),
                [0xEF, 0xBB, 0xBF, ..] => Utf8.GetString(bytes[3..]),
                _ when WithoutMark(bytes) is { } encoding => encoding.GetString(bytes),
                _ => bytes.Contains((byte)0) ? throw Binary(name) : Utf8.GetString(bytes),
            };
        }
        catch (DecoderFallbackException invalid)
        {
            throw new DocumentException(
                "document.encoding", $"{name} is not text in UTF-8 (the byte at position {invalid.Index} does not fit). Save it as UTF-8, and try again.");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Binary(name);
        }

        return string.IsNullOrWhiteSpace(text) ? throw Empty(name) : text;
    }

    /// <summary>UTF-16 that does not say so: of the first bytes every other one is mostly zero, and none of those between them.</summary>
    private static UnicodeEncoding? WithoutMark(ReadOnlySpan<byte> bytes)
    {
        const int Looked = 1024;
        if (bytes.Length < 4 || bytes.Length % 2 != 0 || !bytes[..Math.Min(Looked, bytes.Length)].Contains((byte)0))
        {
            return null;
        }

        int low = 0, high = 0, pairs = Math.Min(Looked, bytes.Length) / 2;
        for (var i = 0; i < pairs; i++)
        {
            low += bytes[2 * i] == 0 ? 1 : 0;
            high += bytes[(2 * i) + 1] == 0 ? 1 : 0;
        }

        return low == 0 && high * 2 > pairs ? Utf16 : high == 0 && low * 2 > pairs ? Utf16BigEndian : null;
    }

    /// <summary>Line feeds only, composed characters (NFC), and no control character but tab and line feed.</summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                builder.Append('\n');
                i += i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
            }
            else if (c is '\n' or '\t' || (c != '\uFEFF' && !char.IsControl(c) && c is not (>= FirstOwn and <= LastOwn)))
            {
                builder.Append(c);
            }
        }

        return NormalForms.Composed(builder.ToString());
    }

    internal static DocumentException TooLarge(string name, long length) =>
        new(
            "document.too_large",
            $"{name} has {length / (1024.0 * 1024):0.0} MiB; a document may have at most {MaxBytes / (1024 * 1024)} MiB. Split it into several documents.");

    internal static DocumentException Empty(string name) => new("document.empty", $"{name} is empty. A video needs at least one line of text.");

    private static DocumentException Binary(string name) => new("document.binary", $"{name} is not a text file. Hand in a Markdown or plain text document.");
}
