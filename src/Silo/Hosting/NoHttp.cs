using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace VideoGen.Silo.Hosting;

/// <summary>The server of a silo that answers no HTTP: it opens nothing.</summary>
internal sealed class NoHttp : IServer
{
    public NoHttp() => Features.Set<IServerAddressesFeature>(new ServerAddressesFeature());

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }
}

internal static class NoHttpExtensions
{
    public static void AddNoHttp(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IServer, NoHttp>();
}
