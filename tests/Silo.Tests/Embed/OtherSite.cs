using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace VideoGen.Silo.Tests.Embed;

/// <summary>A site of somebody else, which has one page, and lets it load what the silo at that address gives and nothing more.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtherSite(WebApplication server) => _server = server;

    public string Origin => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>What the body of the page is.</summary>
    public string Body { get; set; } = "";

    public static async Task<OtherSite> StartAsync(Uri silo)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = new OtherSite(builder.Build());
        var origin = silo.GetLeftPart(UriPartial.Authority);
        site._server.MapGet("/", (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src {origin}; connect-src {origin}; media-src {origin}; img-src blob:";
            return TypedResults.Content(
                $"<!doctype html><html lang=en><title>A wiki</title><script type=module src={origin}/embed.js></script>{site.Body}</html>",
                "text/html; charset=utf-8");
        });
        await site._server.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
