using VideoGen.Tasks;

namespace VideoGen.Silo.Dashboard.Notices;

/// <summary>
/// The address of a subscriber as a page shows it, also to who looks over a shoulder or at a picture of it. Subscribers put secrets into paths and queries,
/// whatever they call them, so of those only so much is left that a person knows the address again.
/// </summary>
internal static class ShownAddress
{
    private const string Hidden = "***";

    /// <summary>A part of an address that is as long and has a digit looks as if it came of chance.</summary>
    private const int MinSecretLength = 20;

    private const int ShownOfSecret = 4;

    public static string Of(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return Hidden;
        }

        var path = string.Join('/', address.AbsolutePath.Split('/').Select(Cut));
        var query = address.Query.Length > 1 ? $"?{string.Join('&', address.Query[1..].Split('&').Select(WithoutValue))}" : "";
        return SecretText.Mask($"{address.Scheme}://{address.Authority}{path}{query}");
    }

    private static string Cut(string part) =>
        part.Length >= MinSecretLength && part.Any(char.IsAsciiDigit) ? $"{part.AsSpan(0, ShownOfSecret)}{Hidden}" : part;

    private static string WithoutValue(string parameter) => parameter.Split('=', 2) is [var name, _] ? $"{Cut(name)}={Hidden}" : Hidden;
}
