using System.Diagnostics.CodeAnalysis;

namespace VideoGen.Silo.Access;

/// <summary>The origin of a site as browsers write it in the header <c>Origin</c>: scheme, host, and the port where it is not the usual one.</summary>
internal sealed class SiteOrigin
{
    /// <summary>The most characters. Longer than the longest host name.</summary>
    private const int MaxLength = 300;

    private readonly string _text;

    private SiteOrigin(string text) => _text = text;

    public static bool TryParse(string text, [NotNullWhen(true)] out SiteOrigin? site)
    {
        site = null;
        if (text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.PathAndQuery != "/" || address.Fragment.Length > 0 || address.UserInfo.Length > 0 || address.IdnHost.Length == 0)
        {
            return false;
        }

        var host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost}]" : address.IdnHost;
        site = new SiteOrigin($"{address.Scheme}://{host}{(address.IsDefaultPort ? "" : FormattableString.Invariant($":{address.Port}"))}");
        return true;
    }

    public override string ToString() => _text;
}
