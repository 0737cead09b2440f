using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VideoGen.Silo.Webhooks;

/// <summary>
/// Which addresses are those of the Internet. What is not is refused, so that a subscription cannot make a silo call what only its own network reaches. The
/// ranges are those that IANA's registries of special-purpose addresses do not call globally reachable.
/// </summary>
internal static class PublicAddress
{
    private static readonly Prefix[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(Prefix.Parse),
    ];

    /// <summary>All that is public in IPv6. Loopback, link-local, unique-local, multicast and IPv4 that is mapped or translated are outside of it.</summary>
    private static readonly Prefix Public6 = Prefix.Parse("2000::/3");

    /// <summary>Within it: protocols that carry an IPv4 address in theirs, and addresses for documents.</summary>
    private static readonly Prefix[] NotPublic6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(Prefix.Parse)];

    public static bool IsPublic(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Holds(NotPublic4, bytes[..length]),
            AddressFamily.InterNetworkV6 => Public6.Holds(bytes[..length]) && !Holds(NotPublic6, bytes[..length]),
            _ => false,
        };
    }

    private static bool Holds(Prefix[] prefixes, ReadOnlySpan<byte> address)
    {
        foreach (var prefix in prefixes)
        {
            if (prefix.Holds(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first bits of addresses. IPNetwork of .NET 10.0 says that 2000::/3 holds ::ffff:10.0.0.1, so these are compared here.</summary>
    private sealed record Prefix(byte[] Address, int Bits)
    {
        public static Prefix Parse(string text)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            return new Prefix(IPAddress.Parse(text.AsSpan(0, slash)).GetAddressBytes(), int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture));
        }

        public bool Holds(ReadOnlySpan<byte> address)
        {
            var (whole, rest) = (Bits / 8, Bits % 8);
            return address.Length == Address.Length
                && address[..whole].SequenceEqual(Address.AsSpan(0, whole))
                && (rest == 0 || address[whole] >> (8 - rest) == Address[whole] >> (8 - rest));
        }
    }
}
