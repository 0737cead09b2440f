using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Spectre.Console.Testing;

namespace VideoGen.Cli.Tests;

/// <summary>What a health check of a container is told, by a stand-in for the silo that answers once.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task AHealthySiloIsHealthy()
    {
        var (exitCode, output, request) = await AskAsync(200, """{"status":"healthy","service":"videogen","problems":[]}""");

        Assert.Equal((0, "healthy"), (exitCode, output.Trim()));
        Assert.StartsWith("GET /healthz/ready ", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LiveAsksForTheProcessAlone()
    {
        var (exitCode, _, request) = await AskAsync(200, """{"status":"healthy","service":"videogen","problems":[]}""", "--live");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("GET /healthz ", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"problems":["The task store does not answer.","Nobody finds it."]}""", "not healthy: The task store does not answer. Nobody finds it.")]
    [InlineData("<html>", "is not healthy: it answered 503.")]
    [InlineData("{}", "is not healthy: it answered 503.")]
    public async Task WhatIsWrongIsSaid(string reply, string said)
    {
        var (exitCode, output, _) = await AskAsync(503, reply);

        Assert.Equal(5, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereNothingListensThatIsSaid()
    {
        // A port that is taken, and at which nobody listens.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)held.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);

        var (exitCode, output) = await RunAsync("health", "--port", port);

        Assert.Equal(5, exitCode);
        Assert.Contains($"No silo answers at 127.0.0.1:{port}: ", output, StringComparison.Ordinal);
    }

    /// <summary>The command waits five seconds; a machine that stood still for so long is asked again.</summary>
    private static async Task<(int ExitCode, string Output, string Request)> AskAsync(int status, string reply, params string[] options)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var served = ServeAsync(listener, status, reply);
            var (exitCode, output) = await RunAsync(["health", "--port", PortOf(listener), .. options]);
            if (attempt == 3 || !output.Contains("did not answer within", StringComparison.Ordinal))
            {
                return (exitCode, output, await served);
            }
        }
    }

    private static async Task<string> ServeAsync(TcpListener listener, int status, string reply)
    {
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 })
        {
        }

        var answer = $"HTTP/1.1 {status} Answer\r\nContent-Length: {Encoding.UTF8.GetByteCount(reply)}\r\nConnection: close\r\n\r\n{reply}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        return request!;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var console = new TestConsole().Width(160);
        await using var error = new StringWriter();
        var exitCode = await new CommandLine(console, error).RunAsync(arguments);
        return (exitCode, console.Output + error);
    }

    private static string PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
}
