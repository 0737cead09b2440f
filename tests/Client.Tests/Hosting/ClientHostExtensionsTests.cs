using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using VideoGen.Client.Hosting;
using VideoGen.Client.Tests.Fixtures;

namespace VideoGen.Client.Tests.Hosting;

public sealed class ClientHostExtensionsTests
{
    [Fact]
    public async Task AHostThatFindsNoSiloSaysWhereItLookedAndStopsTrying()
    {
        // A port that is taken, and at which nobody listens.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)closed.LocalEndPoint!).Port;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.AddVideoGenClient($"127.0.0.1:{port}", client => client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, port)), TimeSpan.FromSeconds(1));
        using var host = builder.Build();

        var began = Stopwatch.StartNew();
        var problem = await Assert.ThrowsAsync<ClusterUnreachableException>(
            () => host.StartAsync().WithinAsync(TimeSpan.FromSeconds(20), static () => "the host does not give up."));

        Assert.StartsWith($"No silo answers at 127.0.0.1:{port}; it was tried for 1 s", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("Start a silo there, or check the address.", problem.Message, StringComparison.Ordinal);
        Assert.True(began.Elapsed >= TimeSpan.FromSeconds(1), $"It gave up after {began.Elapsed}.");
    }
}
