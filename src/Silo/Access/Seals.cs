using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Access;

/// <summary>
/// Texts that a silo gives away and believes when they come back, here or at another silo of the cluster: their keys come of the cluster's secret, so nothing
/// is stored of them. Without a secret they are good for as long as the process lives.
/// </summary>
internal sealed class Seals
{
    private const int KeyLength = 32;

    /// <summary>Nothing that is longer was sealed here.</summary>
    private const int MaxLength = 1_024;

    private readonly Func<string, IReadOnlyList<byte[]>> _keysOf;

    public Seals(ClusterSecret? secret)
    {
        var own = RandomNumberGenerator.GetBytes(KeyLength);
        _keysOf = secret is null
            ? purpose => [HMACSHA256.HashData(own, Encoding.UTF8.GetBytes(purpose))]
            : purpose => [.. secret.DeriveAll($"seal/{purpose}")];
    }

    /// <summary>Keys for a purpose, the newest first.</summary>
    public IReadOnlyList<byte[]> KeysOf(string purpose) => _keysOf(purpose);

    /// <summary>The text with a proof that it is ours; it may stand in cookies and addresses.</summary>
    public string Seal(string purpose, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return $"{Base64Url.EncodeToString(bytes)}.{Base64Url.EncodeToString(HMACSHA256.HashData(KeysOf(purpose)[0], bytes))}";
    }

    /// <summary>The text that was sealed for that purpose; null for anything else.</summary>
    public string? Open(string purpose, string? sealedText)
    {
        if (sealedText is null or { Length: > MaxLength } || sealedText.Split('.') is not [var body, var proof])
        {
            return null;
        }

        try
        {
            var (bytes, given) = (Base64Url.DecodeFromChars(body), Base64Url.DecodeFromChars(proof));
            return KeysOf(purpose).Any(key => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes), given))
                ? Encoding.UTF8.GetString(bytes)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>What the framework protects for itself, above all the tokens of forms: a page of one silo may be sent to another.</summary>
internal sealed class SealedProtection(Seals seals, string purpose) : IDataProtector
{
    private const int NonceLength = 12;

    private const int TagLength = 16;

    public IDataProtector CreateProtector(string other) => new SealedProtection(seals, $"{purpose}/{other}");

    public byte[] Protect(byte[] plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var result = new byte[NonceLength + TagLength + plaintext.Length];
        var nonce = result.AsSpan(0, NonceLength);
        var tag = result.AsSpan(NonceLength, TagLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(seals.KeysOf(purpose)[0], TagLength);
        cipher.Encrypt(nonce, plaintext, result.AsSpan(NonceLength + TagLength), tag);
        return result;
    }

    public byte[] Unprotect(byte[] protectedData)
    {
        ArgumentNullException.ThrowIfNull(protectedData);
        if (protectedData.Length >= NonceLength + TagLength)
        {
            foreach (var key in seals.KeysOf(purpose))
            {
                try
                {
                    var result = new byte[protectedData.Length - NonceLength - TagLength];
                    using var cipher = new AesGcm(key, TagLength);
                    var tag = protectedData.AsSpan(NonceLength, TagLength);
                    cipher.Decrypt(protectedData.AsSpan(0, NonceLength), protectedData.AsSpan(NonceLength + TagLength), tag, result);
                    return result;
                }
                catch (AuthenticationTagMismatchException)
                {
                    // Of another key, or of nobody's making.
                }
            }
        }

        throw new CryptographicException("That was not protected by this cluster.");
    }
}
