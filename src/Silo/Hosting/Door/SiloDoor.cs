using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using VideoGen.Client.Access;
using VideoGen.Tasks.Access;

namespace VideoGen.Silo.Hosting.Door;

/// <summary>Lets silos and clients in that know the secret of the cluster, and each call that its role allows.</summary>
internal static partial class SiloDoor
{
    /// <summary>It belongs after what encrypts connections.</summary>
    public static void UseClusterDoor(this ISiloBuilder silo, ClusterDoor door)
    {
        if (!door.Greets)
        {
            return;
        }

        if (door.Secret is { Role: { } role })
        {
            throw new ClusterSecretException(
                $"A silo needs the secret of the cluster itself, and was given that of the role {role.ToWireName()}, which is for clients and workers.");
        }

        silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(connection => Receive(connection, door.Secret, kind => kind == Handshake.Silo));
            connections.ConfigureGatewayInboundConnection(connection => Receive(connection, door.Secret, kind => kind != Handshake.Silo));
            connections.ConfigureSiloOutboundConnection(connection => connection.Use(next => async context =>
            {
                await Handshake.SendAsync(context, door, Handshake.Silo);
                await next(context);
            }));
        });
        if (door.Secret is { } secret)
        {
            var inside = RoleStamp.Of(secret.DeriveAll("silo").First());
            silo.AddOutgoingGrainCallFilter(new RoleStamp(inside));
            silo.AddIncomingGrainCallFilter(new CallFilter(secret));
        }
    }

    private static void Receive(IConnectionBuilder connection, ClusterSecret? secret, Func<byte, bool> mayCome)
    {
        var logger = connection.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SiloDoor));
        connection.Use(next => async context =>
        {
            if (await Handshake.ReceiveAsync(context, secret, mayCome))
            {
                await next(context);
                return;
            }

            LogRefused(logger, context.RemoteEndPoint);
        });
    }

    [LoggerMessage(1, LogLevel.Warning, "A process at {Address} was not let in: it has another secret than this cluster, or none.")]
    private static partial void LogRefused(ILogger logger, System.Net.EndPoint? address);
}
