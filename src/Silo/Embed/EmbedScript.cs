using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VideoGen.Silo.Access;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Assets;

namespace VideoGen.Silo.Embed;

/// <summary>
/// The script of <c>&lt;videogen-task&gt;</c>, which shows a task on pages of other sites. Its address is for good, so that browsers ask each time whether
/// it has changed; it says nothing of the cluster, so that whoever asks gets it.
/// </summary>
internal static class EmbedScript
{
    public const string Path = "/embed.js";

    private static readonly byte[] Content = Load();

    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..16]}\"");

    public static void MapEmbedScript(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("").AnswerHead().NeedsNothing().MapGet(Path, Serve).ExcludeFromDescription();

    private static FileContentHttpResult Serve(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return TypedResults.Bytes(Content, "text/javascript", entityTag: Tag);
    }

    private static byte[] Load()
    {
        using var script = new StreamReader(typeof(EmbedScript).Assembly.GetManifestResourceStream("embed.js")!, Encoding.UTF8);
        return Encoding.UTF8.GetBytes(DashboardAssets.Squeeze(script.ReadToEnd()));
    }
}
