using System.Security.Cryptography;

namespace VideoGen.Silo.Api;

/// <summary>Digests of files as headers have them (RFC 9530): <c>sha-256=:BASE64:</c>.</summary>
internal static class Digests
{
    public const string Header = "Repr-Digest";

    private const string Prefix = "sha-256=:";

    public static string OfSha256(string hexadecimal)
    {
        try
        {
            return $"{Prefix}{Convert.ToBase64String(Convert.FromHexString(hexadecimal))}:";
        }
        catch (FormatException)
        {
            // Whoever may save a task may write anything in its place; the file is checked against it all the same.
            return $"{Prefix}:";
        }
    }

    /// <summary>The SHA-256 that a header names, in hexadecimal digits; null where it names none. Digests of other kinds are passed over.</summary>
    public static bool TryReadSha256(HttpRequest request, out string? sha256)
    {
        sha256 = null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var entry in request.Headers[Header].SelectMany(value => (value ?? "").Split(',')))
        {
            var text = entry.Trim();
            if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!text.EndsWith(':') || !Convert.TryFromBase64String(text[Prefix.Length..^1], hash, out var length) || length != hash.Length)
            {
                return false;
            }

            sha256 = Convert.ToHexStringLower(hash);
        }

        return true;
    }
}
