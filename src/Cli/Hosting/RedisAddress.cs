using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using VideoGen.Cli.Exits;
using VideoGen.Silo.Hosting;
using VideoGen.Tasks;

namespace VideoGen.Cli.Hosting;

/// <summary>A cluster whose silos meet in Redis.</summary>
internal sealed class RedisAddress : ClusterAddress
{
    private const int DefaultPort = 6379;

    /// <summary>
    /// How long each attempt to reach Redis waits. Now and then, above all at the first attempt of a program, the library tells of a refused password only when
    /// the attempt's time is over: so the first one is short. An address at which nobody answers looks like one that is slow.
    /// </summary>
    private static readonly TimeSpan[] Attempts = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)];

    /// <summary>More of them where somebody takes connections: a busy machine has not yet come to what it has to say.</summary>
    private static readonly TimeSpan[] BusyAttempts = [TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10)];

    /// <summary>What an attempt may take over its time, since it is the library that ends it and a machine may stand still.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>The text with its secrets, for the library that connects and for nothing that is shown.</summary>
    private readonly string _redis;

    private readonly ConfigurationOptions _options;

    /// <exception cref="CommandFailedException">The text is not an address.</exception>
    public RedisAddress(string redis, string clusterId)
        : base(clusterId)
    {
        _redis = redis;
        try
        {
            _options = ConfigurationOptions.Parse(redis);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                $"The address of the Redis server cannot be read: {SecretText.Mask(exception.Message)} It needs HOST:PORT; options follow after commas.",
                exception);
        }

        if (_options.EndPoints.Count == 0)
        {
            throw new CommandFailedException(ExitCode.BadInput, "The address of the Redis server names no server; it needs HOST:PORT.");
        }

        _options.AbortOnConnectFail = true;
    }

    public override string Option => $"--redis {this}";

    public override void Configure(IClientBuilder client) => client.UseRedisClustering(redis => redis.ConfigurationOptions = _options.Clone());

    public override SiloHostOptions Configure(SiloHostOptions silo) => silo with { Redis = _redis };

    public override async Task CheckAsync(CancellationToken cancellationToken)
    {
        var failure = await TryConnectAsync(Attempts, cancellationToken);
        if (failure is not null && !IsRefusal(failure) && await TakesConnectionsAsync(cancellationToken))
        {
            failure = await TryConnectAsync(BusyAttempts, cancellationToken);
        }

        if (failure is not null)
        {
            throw Unreachable(failure);
        }
    }

    public override CommandFailedException? Explain(Exception exception) =>
        (exception as RedisConnectionException ?? exception.InnerException as RedisConnectionException) is { } redis ? Unreachable(redis) : null;

    private CommandFailedException Unreachable(Exception exception) => new(
        ExitCode.Unavailable,
        IsRefusal(exception)
            ? $"Redis at {this} refuses the user or the password. Correct them in the text that names it."
            : $"Redis at {this} does not answer. Is it running, and is the address right?",
        exception);

    /// <summary>The servers, without user, password or options.</summary>
    public override string ToString() => string.Join(", ", _options.EndPoints.Select(Describe));

    private static bool IsRefusal(Exception exception) => exception.ToString().Contains("authentication", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when one of them worked. A refusal is an answer: it ends them.</summary>
    private async Task<Exception?> TryConnectAsync(TimeSpan[] attempts, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        foreach (var time in attempts)
        {
            failure = await TryConnectAsync(time, cancellationToken);
            if (failure is null || IsRefusal(failure))
            {
                break;
            }
        }

        return failure;
    }

    private async Task<Exception?> TryConnectAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var options = _options.Clone();
        (options.ConnectTimeout, options.ConnectRetry) = ((int)time.TotalMilliseconds, 1);
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(time + Grace, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is RedisConnectionException or TimeoutException)
        {
            return exception;
        }
    }

    private async Task<bool> TakesConnectionsAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _options.EndPoints)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(WithPort(server), cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
                return true;
            }
            catch (Exception exception) when (exception is SocketException or TimeoutException)
            {
                // The next one may.
            }
        }

        return false;
    }

    private static EndPoint WithPort(EndPoint server) => server switch
    {
        DnsEndPoint { Port: 0 } name => new DnsEndPoint(name.Host, DefaultPort),
        IPEndPoint { Port: 0 } address => new IPEndPoint(address.Address, DefaultPort),
        _ => server,
    };

    private static string Describe(EndPoint server) => WithPort(server) switch
    {
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        var other => other.ToString() ?? "",
    };
}
