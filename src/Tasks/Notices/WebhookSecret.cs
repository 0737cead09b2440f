using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Tasks.Notices;

/// <summary>What signs the notices to one subscriber, in the form of Standard Webhooks: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
public static class WebhookSecret
{
    private const string Prefix = "whsec_";

    private const int Length = 32;

    private const int MinLength = 24;

    private const int MaxLength = 64;

    /// <summary>A new one, of 256 random bits.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    public static bool IsOne(string? text) =>
        text?.StartsWith(Prefix, StringComparison.Ordinal) == true
        && Base64.IsValid(text.AsSpan(Prefix.Length), out var length)
        && length is >= MinLength and <= MaxLength;

    /// <summary>The header <c>webhook-signature</c> of a message: <c>v1,</c> and the HMAC-SHA256 of <c>id.timestamp.body</c> in base64.</summary>
    /// <param name="secret">Of the subscriber.</param>
    /// <param name="id">The header <c>webhook-id</c>; it has no dot.</param>
    /// <param name="seconds">The header <c>webhook-timestamp</c>: when it is sent, in seconds since 1970 in UTC.</param>
    /// <param name="body">The bytes that are sent.</param>
    public static string Sign(string secret, string id, long seconds, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
