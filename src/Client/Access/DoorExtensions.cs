using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Hosting;
using VideoGen.Tasks.Access;

namespace VideoGen.Client.Access;

public static class DoorExtensions
{
    /// <summary>Has a client show its silos what it knows, and say with each call in which role it comes. It belongs after what encrypts connections.</summary>
    /// <param name="client">The client.</param>
    /// <param name="door">How it gets in.</param>
    /// <param name="role">In which role, when the secret does not say it.</param>
    /// <param name="refused">Hears why a silo did not let it in.</param>
    public static IClientBuilder UseClusterDoor(this IClientBuilder client, ClusterDoor door, Role role, Action<string>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(door);
        if (!door.Greets)
        {
            return client;
        }

        var own = door.Secret?.Role ?? role;
        client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(connection => connection.Use(next => async context =>
        {
            try
            {
                await Handshake.SendAsync(context, door, (byte)own).ConfigureAwait(false);
            }
            catch (ClusterSecretException exception)
            {
                refused?.Invoke(exception.Message);
                throw;
            }

            await next(context).ConfigureAwait(false);
        })));
        return door.Secret is { } secret ? client.AddOutgoingGrainCallFilter(new RoleStamp(RoleStamp.Of(secret.KeysOf(own).First()))) : client;
    }
}
