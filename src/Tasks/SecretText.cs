using System.Text.RegularExpressions;

namespace VideoGen.Tasks;

/// <summary>Takes passwords, keys and signatures out of a text that people and logs will see, whether it is ours or that of a client library.</summary>
public static partial class SecretText
{
    private const string Hidden = "***";

    /// <summary>The text, with the value of each setting that is a secret replaced by three asterisks.</summary>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ours().Replace(UserInfo().Replace(Setting().Replace(text, $"$1{Hidden}"), $"$1{Hidden}@"), $"$1{Hidden}");
    }

    /// <summary>As in connection strings (<c>password=…</c>, <c>AccountKey=…</c>) and in the queries of addresses (<c>sig=…</c>).</summary>
    [GeneratedRegex(
        @"(\b(?:password|pwd|passwd|accountkey|sharedaccesskey|sharedaccesssignature|sig|secret|apikey|api[-_]key)\s*[=:]\s*)[^\s,;&'""<>)]+",
        RegexOptions.IgnoreCase)]
    private static partial Regex Setting();

    /// <summary>Keys of this program, tokens of tasks, secrets of roles and of webhooks, and the token of the address that signs in.</summary>
    [GeneratedRegex(@"(\bvgs?_[a-z]+_|\bvgr_|\bwhsec_|[?&](?:token|read)=)[A-Za-z0-9_.+/=-]{8,}")]
    private static partial Regex Ours();

    /// <summary>As in <c>redis://name:password@host</c>.</summary>
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://)[^/\s@]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();
}
