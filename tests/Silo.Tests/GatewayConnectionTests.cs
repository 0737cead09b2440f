using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace VideoGen.Silo.Tests;

/// <summary>F14: the silo's end of a connection to its gateway.</summary>
[Collection(SharedSilo.Name)]
public sealed class GatewayConnectionTests(SiloApplication app)
{
    /// <summary>The kernel's name for a timer that asks whether the other end is still there.</summary>
    private const int KeepAliveTimer = 2;

    private const int TicksPerSecond = 100;

    [Fact]
    public async Task TheSystemAsksWhetherTheOtherEndIsStillThereAfterTenSecondsOfSilence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The timers of connections are read from /proc.");
        var gateway = app.Silo.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.GatewayPort;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway, TestContext.Current.CancellationToken);
        var own = ((IPEndPoint)client.Client.LocalEndPoint!).Port;

        (int Kind, int Ticks)? timer = null;
        for (var i = 0; i < 600 && timer is not { Kind: KeepAliveTimer }; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            timer = await ReadTimerAsync(gateway, own);
        }

        Assert.Equal(KeepAliveTimer, timer?.Kind);
        Assert.InRange(timer!.Value.Ticks, 0, 10 * TicksPerSecond);
    }

    /// <summary>The timer that the kernel has for the connection between the ports; null when there is none, or no connection yet.</summary>
    private static async Task<(int Kind, int Ticks)?> ReadTimerAsync(int local, int remote)
    {
        foreach (var file in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            foreach (var line in (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns[1].EndsWith($":{local:X4}", StringComparison.Ordinal) && columns[2].EndsWith($":{remote:X4}", StringComparison.Ordinal))
                {
                    var timer = columns[5].Split(':');
                    return (int.Parse(timer[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                        int.Parse(timer[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                }
            }
        }

        return null;
    }
}
