using System.Text;

namespace VideoGen.Files;

/// <summary>
/// The addresses of artifacts: plain names separated by <c>/</c>, none starting with a dot, so that nothing else in a store can be taken for one.
/// </summary>
public static class ArtifactAddress
{
    /// <summary>Bytes of one part of an address; file systems allow 255.</summary>
    private const int MaxPartLength = 200;

    /// <summary>Bytes of an address; object stores allow 1,024, with what stands before it.</summary>
    private const int MaxLength = 900;

    private const int ShownLength = 128;

    /// <exception cref="ArgumentException">It is no address.</exception>
    public static string[] Split(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var parts = address.Split('/');
        return parts.All(IsPlainName) && Encoding.UTF8.GetByteCount(address) <= MaxLength
            ? parts
            : throw new ArgumentException(
                $"'{Printable(address)}' is not an artifact address: it needs plain names separated by '/', none starting with a dot.", nameof(address));
    }

    /// <summary>Whether it can be one part of an address.</summary>
    public static bool IsPlainName(string part) =>
        part is { Length: > 0 } && Encoding.UTF8.GetByteCount(part) <= MaxPartLength && part[0] != '.'
        && part.AsSpan().IndexOfAny("\\:/") < 0 && !part.Any(char.IsControl);

    private static string Printable(string uri) => string.Concat(uri.Take(ShownLength).Select(c => char.IsControl(c) ? '?' : c));
}
