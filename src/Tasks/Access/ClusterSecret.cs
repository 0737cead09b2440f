using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace VideoGen.Tasks.Access;

/// <summary>
/// What processes of a cluster share, and nobody else knows. It is never sent: both ends of a connection show that they know it. Of it comes one secret for
/// each role, which a process can be given instead, and which allows no more than that role.
/// </summary>
public sealed class ClusterSecret
{
    public const int MinLength = 24;

    /// <summary>While a secret is changed there are two: the new one, and the former one that some still have.</summary>
    public const int MaxSecrets = 4;

    private const string Prefix = "vgs_";

    private const int KeyLength = 32;

    /// <summary>The newest first; of a role's secret, that role's key.</summary>
    private readonly byte[][] _secrets;

    private ClusterSecret(byte[][] secrets, Role? role) => (_secrets, Role) = (secrets, role);

    /// <summary>The only role in which one who has this gets in; null for one who has the secret itself.</summary>
    public Role? Role { get; }

    /// <summary>A new one.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyLength));

    /// <param name="text">One secret, or several with blanks or line ends between them, the newest first.</param>
    /// <param name="secret">What it says.</param>
    /// <param name="problem">What is wrong with it, without a word of it.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ClusterSecret? secret, [NotNullWhen(false)] out string? problem)
    {
        (secret, problem) = (null, null);
        var parts = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > MaxSecrets || parts.Any(part => part.Length < MinLength))
        {
            problem = $"A cluster's secret has at least {MinLength} characters without a blank; there may be {MaxSecrets} of them, the newest first.";
            return false;
        }

        if (!parts.Any(part => part.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            secret = new ClusterSecret([.. parts.Select(Encoding.UTF8.GetBytes)], null);
            return true;
        }

        if (parts is [{ } one] && TryParseRole(one, out var role, out var key))
        {
            secret = new ClusterSecret([key], role);
            return true;
        }

        problem = $"A role's secret is one text that begins with {Prefix}, as 'videogen key secret' prints it, and stands alone.";
        return false;
    }

    /// <summary>The secret that lets a process in as that role, and as no other.</summary>
    public string TextFor(Role role) => $"{Prefix}{role.ToWireName()}_{Base64Url.EncodeToString(KeysOf(role).First())}";

    /// <summary>The keys by which a process of that role shows who it is, the newest first; none for one who may not take that role.</summary>
    public IEnumerable<byte[]> KeysOf(Role role) =>
        Role is null ? DeriveAll($"role/{role.ToWireName()}")
        : Role == role ? _secrets
        : [];

    /// <summary>Keys for that purpose, the newest first; none for one who has a role's secret alone.</summary>
    public IEnumerable<byte[]> DeriveAll(string purpose)
    {
        var info = Encoding.UTF8.GetBytes($"videogen/{purpose}");
        return Role is null ? _secrets.Select(secret => HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyLength, info: info)) : [];
    }

    public override string ToString() => Role is { } role ? $"the secret of the role {role.ToWireName()}" : "the secret of the cluster";

    private static bool TryParseRole(string text, out Role role, [NotNullWhen(true)] out byte[]? key)
    {
        (role, key) = (default, null);
        var end = text.IndexOf('_', Prefix.Length);
        if (end < 0 || !Roles.TryParseWireName(text[Prefix.Length..end], out role))
        {
            return false;
        }

        try
        {
            key = Base64Url.DecodeFromChars(text.AsSpan(end + 1));
        }
        catch (FormatException)
        {
            return false;
        }

        return key.Length == KeyLength;
    }
}

/// <summary>A caller asked for what its role does not allow. Nothing was done.</summary>
[GenerateSerializer, Alias("VideoGen.AccessDeniedException")]
public sealed class AccessDeniedException(string message) : Exception(message)
{
}
