using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime.Messaging;

namespace VideoGen.Client.Hosting;

/// <summary>The connections of this client to gateways, each watched from its beginning to its end.</summary>
internal sealed class GatewayConnections(TimeProvider time) : IConnectionMiddleware
{
    private readonly ConcurrentDictionary<WatchedConnection, bool> _open = new();

    public IEnumerable<WatchedConnection> Open => _open.Keys;

    public async Task OnConnectionAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var watched = new WatchedConnection(context, time);
        context.Transport = watched;
        _open[watched] = true;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(watched, out _);
        }
    }
}
