using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Networking.Shared;
using Orleans.Runtime.Messaging;
using VideoGen.Client.Access;
using VideoGen.Tasks.Access;

namespace VideoGen.Client.Hosting;

public static class ClientHostExtensions
{
    /// <summary>
    /// Makes the host a client of a cluster: an Orleans client and the <see cref="Tasks.PipelineClient"/>. How silos are found is the caller's to say, since
    /// that is what needs a vendor's package. Add a stage worker after this, so that it stops first.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="address">Where the cluster is, in the user's words; for the error when nobody answers there.</param>
    /// <param name="clustering">Says how gateways are found: <c>client => client.UseRedisClustering(...)</c>.</param>
    /// <param name="connectTimeout">How long a silo is waited for at start; 30 seconds when it is not given.</param>
    /// <param name="door">How the cluster lets it in; when it is not given, <see cref="ClusterSecrets.Find"/> says it.</param>
    /// <param name="role">What it will do; a cluster with a secret refuses whatever that role does not allow.</param>
    /// <param name="refused">Hears why a silo did not let it in.</param>
    /// <remarks>Starting the host throws <see cref="ClusterUnreachableException"/> when no silo is reached in time.</remarks>
    public static IHostApplicationBuilder AddVideoGenClient(
        this IHostApplicationBuilder builder,
        string address,
        Action<IClientBuilder> clustering,
        TimeSpan? connectTimeout = null,
        ClusterDoor? door = null,
        Role role = Role.Admin,
        Action<string>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(clustering);
        builder.Services.AddPipelineClient();
        builder.UseOrleansClient(client =>
        {
            client.Services.AddSingleton<IClientConnectionRetryFilter>(
                services => new BoundedConnectionAttempts(address, connectTimeout ?? TimeSpan.FromSeconds(30), services.GetRequiredService<TimeProvider>()));

            // A silo that took the place of a dead one is known within this time, and not only after a minute.
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            LeaveDeafGateways(client);
            clustering(client);
            client.UseClusterDoor(door ?? ClusterSecrets.Find(), role, refused);
        });
        builder.Services.AddHostedService<GatewayDoctor>();
        return builder;
    }

    /// <summary>A gateway that takes what is sent to it and answers nothing is left within ten seconds; see <see cref="GatewayDoctor"/>.</summary>
    internal static void LeaveDeafGateways(IClientBuilder client)
    {
        client.Services.TryAddSingleton<GatewayConnections>();
        client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(
            connection => connection.UseMiddleware(connection.ApplicationServices.GetRequiredService<GatewayConnections>())));

        // The gateway whose connection was ended may accept the next one and be silent again; then it is taken for dead after this time.
        client.Configure<ConnectionOptions>(connections => connections.OpenConnectionTimeout = TimeSpan.FromSeconds(3));

        // The way to a gateway that answers no packet at all is noticed by the system, even when nothing is sent.
        client.Configure<SocketConnectionOptions>(sockets =>
            (sockets.KeepAliveTimeSeconds, sockets.KeepAliveIntervalSeconds, sockets.KeepAliveRetryCount) = (10, 5, 3));
    }
}
