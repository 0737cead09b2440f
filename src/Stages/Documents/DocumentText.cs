using System.Text;

namespace VideoGen.Stages.Documents;

/// <summary>Turns the bytes of a document into its text.</summary>
internal static class DocumentText
{
    /// <summary>The most bytes of a document.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16 = new(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16BigEndian = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8, or UTF-16 with its byte order mark. Nothing else is taken for text.</summary>
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
            else if (c is '\n' or '\t' || (c != '\uFEFF' && !char.IsControl(c)))
            {
                builder.Append(c);
            }
        }

        return builder.ToString().Normalize(NormalizationForm.FormC);
    }

    internal static DocumentException TooLarge(string name, long length) =>
        new(
            "document.too_large",
            $"{name} has {length / (1024.0 * 1024):0.0} MiB; a document may have at most {MaxBytes / (1024 * 1024)} MiB. Split it into several documents.");

    internal static DocumentException Empty(string name) => new("document.empty", $"{name} is empty. A video needs at least one line of text.");

    private static DocumentException Binary(string name) => new("document.binary", $"{name} is not a text file. Hand in a Markdown or plain text document.");
}
