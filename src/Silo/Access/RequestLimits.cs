using System.Globalization;
using System.Net;

namespace VideoGen.Silo.Access;

/// <summary>What callers may ask of one silo, in the section <c>Http</c> of the configuration.</summary>
internal sealed record HttpBounds
{
    public const string Section = "Http";

    /// <summary>
    /// Requests in a second by one key; 0 for any number. It is more than a silo of two cores answers: one who was given a key may have all of a small silo,
    /// and a loop that runs wild has no more than a part of a large one.
    /// </summary>
    public double RequestsPerSecond { get; init; } = 50_000;

    /// <summary>Requests in a second by all who have a read token of one task; 0 for any number. Such a token is passed on, and nobody knows to whom.</summary>
    public double SharedPerSecond { get; init; } = 1_000;

    /// <summary>Requests in a second from one address without a good key; 0 for any number.</summary>
    public double StrangersPerSecond { get; init; } = 50;

    /// <summary>Event streams that are open at the same time.</summary>
    public int EventStreams { get; init; } = 6_000;

    /// <summary>Of those, by one key or, while there are no keys, from one address.</summary>
    public int EventStreamsOfOne { get; init; } = 5_500;

    public int Connections { get; init; } = 20_000;
}

/// <summary>Turns away who asks for more than their share: 429 with the time to wait, and 503 where the silo itself is full.</summary>
internal sealed class RequestLimits(RequestDelegate next, HttpBounds bounds, TimeProvider time)
{
    private const int RetryAfterSeconds = 5;

    private const double BurstSeconds = 4;

    private readonly Buckets _keys = new(bounds.RequestsPerSecond, bounds.RequestsPerSecond * BurstSeconds, time);
    private readonly Buckets _shared = new(bounds.SharedPerSecond, bounds.SharedPerSecond * BurstSeconds, time);
    private readonly Buckets _strangers = new(bounds.StrangersPerSecond, bounds.StrangersPerSecond * BurstSeconds, time);
    private readonly Dictionary<string, int> _streams = new(StringComparer.Ordinal);
    private int _open;

    public async Task InvokeAsync(HttpContext context)
    {
        var caller = context.Features.Get<Caller>();
        var retryAfter = TimeSpan.Zero;
        var isIn = caller is null ? _strangers.TryTake(AddressOf(context), out retryAfter)
            : caller.IsAnyone || (caller.Only is null ? _keys : _shared).TryTake(caller.Name, out retryAfter);
        if (!isIn)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "That is more than one caller may ask for in a second.", retryAfter);
        }
        else if (caller is not null && IsStream(context.Request))
        {
            await StreamAsync(context, caller.IsAnyone ? AddressOf(context) : caller.Name);
        }
        else
        {
            await next(context);
        }
    }

    private async Task StreamAsync(HttpContext context, string who)
    {
        var status = Enter(who);
        if (status != StatusCodes.Status200OK)
        {
            var detail = status == StatusCodes.Status429TooManyRequests
                ? $"One caller may have {bounds.EventStreamsOfOne} event streams open at a silo."
                : $"This silo has {bounds.EventStreams} event streams open, and takes no more; another one may.";
            await RefuseAsync(context, status, detail, TimeSpan.FromSeconds(RetryAfterSeconds));
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Leave(who);
        }
    }

    private int Enter(string who)
    {
        lock (_streams)
        {
            var own = _streams.GetValueOrDefault(who);
            if (own >= bounds.EventStreamsOfOne)
            {
                return StatusCodes.Status429TooManyRequests;
            }

            if (_open >= bounds.EventStreams)
            {
                return StatusCodes.Status503ServiceUnavailable;
            }

            _open++;
            _streams[who] = own + 1;
            return StatusCodes.Status200OK;
        }
    }

    private void Leave(string who)
    {
        lock (_streams)
        {
            _open--;
            if (--_streams[who] is var left && left == 0)
            {
                _streams.Remove(who);
            }
            else
            {
                _streams[who] = left;
            }
        }
    }

    /// <summary>A page and its changes have the same address.</summary>
    public static bool IsStream(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path.Value?.EndsWith("/events", StringComparison.OrdinalIgnoreCase) == true
            || request.Headers.Accept.Any(accepted => accepted?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true));

    /// <summary>One who has an IPv6 network has all addresses of it.</summary>
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "?";
        }

        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.MapToIPv4().ToString();
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail, TimeSpan retryAfter)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
        return TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
    }
}
