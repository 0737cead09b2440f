using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using VideoGen.Silo.Access;

namespace VideoGen.Silo.Dashboard.Assets;

/// <summary>
/// The files of the dashboard, which travel inside this assembly: static web assets are collected only for a host of the Web SDK. Each address carries the
/// hash of its file, so a browser keeps it for good and never shows an old one.
/// </summary>
internal static partial class DashboardAssets
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, Asset> Assets = Load();

    /// <summary>Another one for each other set of files, so that a page knows when the silo that it talks to draws pages of another program.</summary>
    public static string Program { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(Assets.OrderBy(asset => asset.Key,
            StringComparer.Ordinal).Select(asset => asset.Value.Version)))))[..16];

    public static string Link(string name) => $"/assets/{Assets[name].Version}/{name}";

    public static void MapDashboardAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{version}/{name}", Serve).NeedsNothing().ExcludeFromDescription();

    private static IResult Serve(string version, string name, HttpResponse response)
    {
        if (!Assets.TryGetValue(name, out var asset) || asset.Version != version)
        {
            return TypedResults.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(asset.Content, asset.MediaType, entityTag: new EntityTagHeaderValue($"\"{version}\""));
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(DashboardAssets).Assembly;
        var types = new FileExtensionContentTypeProvider();
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (resource.EndsWith(".js", StringComparison.Ordinal) || resource.EndsWith(".css", StringComparison.Ordinal))
            {
                var text = Squeeze(Encoding.UTF8.GetString(content));
                content = Encoding.UTF8.GetBytes(resource.EndsWith(".js", StringComparison.Ordinal) ? SqueezeScript(text) : text);
            }

            var type = types.TryGetContentType(resource, out var known) ? known : "application/octet-stream";
            assets.Add(resource[Prefix.Length..], new Asset(content, type, Convert.ToHexStringLower(SHA256.HashData(content))[..16]));
        }

        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Without indentation and comments of a whole line, which no browser reads.</summary>
    internal static string Squeeze(string text) => string.Join(
        '\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("// ", StringComparison.Ordinal)));

    /// <summary>
    /// Without the blanks around what parts words anyway, and without the parentheses around the one parameter of a function. Texts in quotes stay as they
    /// are; a regular expression of the script says <c>\s</c> for a blank.
    /// </summary>
    internal static string SqueezeScript(string text) =>
        Blanks().Replace(text, static match => match.Groups[1].Success ? match.Value : match.Groups[2].Value + match.Groups[3].Value);

    [GeneratedRegex(
        """('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)|\s*;\s*(?=})|(?<!\w)\((\w+)\)(?= =>)|"""
        + """\s*(=>|[=!]==|&&|\|\||\+=|[=?:+*/%<>{};,()\[\]-])\s*""")]
    private static partial Regex Blanks();

    private sealed record Asset(byte[] Content, string MediaType, string Version);
}
