using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Hosting;

/// <summary>
/// Ends connections that stay up and carry nothing. Orleans keeps to a gateway for as long as its connection does, whether or not anything comes back over
/// it. A gateway that is silent may just have nothing to say; so it is asked for a ping, which it answers at once, and only when it does not answer that for a
/// while either is its connection ended. Then the client reaches its tasks by the others.
/// </summary>
/// <remarks>
/// Silence is what counts, and not only an answer that is owed: a silo sends what its own tasks answer over its own gateway, also when the call went through
/// another. Then nothing is owed by the connection over which the answer has to come.
/// </remarks>
internal sealed partial class GatewayDoctor(GatewayConnections connections, IGrainFactory grains, TimeProvider time, ILogger<GatewayDoctor> logger)
    : BackgroundService
{
    /// <summary>How often the connections are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A gateway that has not sent a byte for so long is asked for a ping in each round.</summary>
    public static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(2);

    /// <summary>A gateway that has not sent a byte for so long, and owes an answer to a ping, is left.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Rounds of pings before a gateway is left: a client that stood still finds all gateways silent, and has to hear what they sent meanwhile.
    /// </summary>
    public const int Rounds = 3;

    /// <summary>One round: pings who is suspected, and ends the connections of those who were asked often enough. How many were ended.</summary>
    internal int Look()
    {
        var (open, suspected, ended) = (0, 0, 0);
        foreach (var connection in connections.Open)
        {
            open++;
            var silence = connection.Silence;
            if (silence < Suspicion)
            {
                connection.Suspicions = 0;
            }
            else if (silence >= Patience && connection.Owing >= Suspicion && connection.Suspicions >= Rounds)
            {
                ended++;
                connection.Suspicions = 0;
                LogLeft(connection.Address, silence.TotalSeconds);
                connection.Abort($"The gateway sent nothing for {silence.TotalSeconds:0.#} s, and did not answer pings.");
            }
            else
            {
                suspected++;
                connection.Suspicions++;
            }
        }

        // Pings go to the gateways in turn, so that as many as there are connections reach each of them.
        for (var i = 0; suspected > 0 && i < open; i++)
        {
            _ = PingAsync();
        }

        return ended;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            Look();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            await grains.GetGrain<IGatewayGrain>(0).PingAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever comes back came over the connection; and what does not is what the connection is watched for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNoPing(exception.Message);
        }
    }

    [LoggerMessage(
        21,
        LogLevel.Warning,
        "The gateway at {Address} takes what is sent to it and has sent nothing for {Seconds:0.#} s; its connection is ended, and others are used.")]
    private partial void LogLeft(string address, double seconds);

    [LoggerMessage(22, LogLevel.Debug, "A ping was not answered: {Problem}")]
    private partial void LogNoPing(string problem);
}
