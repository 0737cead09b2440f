using System.Buffers;
using System.IO.Hashing;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Tasks.Access;

/// <summary>
/// The text of a key: <c>vg_operator_</c>, 43 random characters, and six that are their checksum. Programs that look for leaked secrets find it by its
/// beginning, and one that was typed wrongly is told from one that is not known. The text itself is stored nowhere.
/// </summary>
public static class KeyText
{
    public const string Prefix = "vg_";

    /// <summary>256 random bits in base62.</summary>
    private const int BodyLength = 43;

    private const int ChecksumLength = 6;

    private const int SeedLength = 64;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> AnyDigit = SearchValues.Create(Digits);

    /// <summary>A new key for that role, which nobody has guessed.</summary>
    public static string Create(Role role) => WithChecksum(role, RandomNumberGenerator.GetString(Digits, BodyLength));

    /// <summary>The key for that role that comes of the seed, each time the same; nobody guesses it who does not know the seed.</summary>
    /// <param name="role">What it allows.</param>
    /// <param name="seed">512 bits.</param>
    internal static string Of(Role role, ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seed.Length, SeedLength);
        var rest = new BigInteger(seed, isUnsigned: true);
        Span<char> body = stackalloc char[BodyLength];
        foreach (ref var digit in body)
        {
            rest = BigInteger.DivRem(rest, Digits.Length, out var next);
            digit = Digits[(int)next];
        }

        return WithChecksum(role, body);
    }

    /// <summary>Whether the text has the form of a key and a checksum that is right. It does not say that there is such a key.</summary>
    public static bool TryParse(string? text, out Role role)
    {
        role = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.IndexOf('_', Prefix.Length) is var end && end < 0)
        {
            return false;
        }

        var (body, checksum) = (end + 1, text.Length - ChecksumLength);
        return checksum - body == BodyLength
            && !text.AsSpan(body).ContainsAnyExcept(AnyDigit)
            && Roles.TryParseWireName(text[Prefix.Length..end], out role)
            && text.AsSpan(checksum).SequenceEqual(ChecksumOf(text[..checksum]));
    }

    /// <summary>What is stored of a key: SHA-256 in lower hexadecimal digits. Of 256 random bits nothing slower is needed.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string WithChecksum(Role role, ReadOnlySpan<char> body)
    {
        var head = $"{Prefix}{role.ToWireName()}_{body}";
        return head + ChecksumOf(head);
    }

    /// <summary>CRC-32 in base62.</summary>
    private static string ChecksumOf(string head)
    {
        var rest = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(head));
        return string.Create(ChecksumLength, rest, (digits, number) =>
        {
            for (var i = digits.Length - 1; i >= 0; i--)
            {
                digits[i] = Digits[(int)(number % Digits.Length)];
                number /= (uint)Digits.Length;
            }
        });
    }
}
