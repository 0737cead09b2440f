using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Networking.Shared;
using StackExchange.Redis;
using VideoGen.Client.Access;
using VideoGen.Silo.Cluster;
using VideoGen.Silo.Hosting.Door;
using VideoGen.Silo.Hosting.Tls;
using VideoGen.Storage.AzureTables;
using VideoGen.Storage.PostgreSql;
using VideoGen.Tasks;

namespace VideoGen.Silo.Hosting;

/// <summary>How silos find each other, and under which endpoints this one is found.</summary>
internal static class Membership
{
    private const string ClusteringProviderKey = "Orleans:Clustering:ProviderType";

    /// <summary>
    /// How long answers to a client whose connection broke wait for it to come back to this gateway; after that they take the gateway that it has now. Orleans'
    /// own minute is as long as a client goes on with a call at all.
    /// </summary>
    private static readonly TimeSpan ClientAbsence = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A connection whose other end vanished without a word is noticed by the system after 25 seconds while nothing is under way on it, rather than after two
    /// and a half minutes: seconds without a packet, seconds between questions, and questions without an answer. Clients do the same.
    /// </summary>
    private static readonly (int Time, int Interval, int Count) KeepAlive = (10, 5, 3);

    public static ISiloBuilder AddMembership(this ISiloBuilder silo, SiloHostOptions options)
    {
        var siloPort = options.SiloPort != 0 ? options.SiloPort : FreePort.Take();
        var gatewayPort = options.GatewayPort != 0 ? options.GatewayPort : FreePort.Take();
        var advertised = Resolve(options.AdvertisedAddress);
        if (options.Tls is { } certificate)
        {
            silo.UseClusterTls(certificate, options.ClusterId);
        }
        else if (!IPAddress.IsLoopback(advertised) && !options.InsecureNetwork)
        {
            throw new ClusterSecurityException(
                $"The silo would be reached at {advertised}, where whoever reaches it may do with tasks what they like. Give it a certificate, so that only "
                + "processes of the cluster get in, or say that the network is trusted (--insecure-network).");
        }

        silo.UseClusterDoor(options.Door ?? FindDoor(options));
        silo.Configure<ClusterOptions>(cluster =>
        {
            cluster.ClusterId = options.ClusterId;
            cluster.ServiceId = options.ServiceId;
        });
        if (options.Redis is { } redis)
        {
            var address = ParseRedis(redis);
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = address);
        }
        else if (options.Postgres is { } postgres)
        {
            silo.UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = PostgresMembership.Invariant;
                clustering.ConnectionString = PostgresMembership.ToProvider(postgres);
            });
            BeforeAll(silo, cancellationToken => PostgresMembership.PrepareAsync(postgres, cancellationToken));
        }
        else if (options.AzureTables is { } azure)
        {
            var tables = AzureMembership.Connect(azure);
            silo.UseAzureStorageClustering(clustering => (clustering.TableServiceClient, clustering.TableName) = (tables, AzureMembership.TableName));
            BeforeAll(silo, cancellationToken => AzureMembership.PrepareAsync(azure, cancellationToken));
        }
        else if (!IsOfMany(silo, options))
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: options.ServiceId, clusterId: options.ClusterId);
        }

        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = advertised;
            endpoint.SiloPort = siloPort;
            endpoint.GatewayPort = gatewayPort;
        });
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ClientDropTimeout = ClientAbsence);
        silo.Configure<SocketConnectionOptions>(sockets =>
            (sockets.KeepAliveTimeSeconds, sockets.KeepAliveIntervalSeconds, sockets.KeepAliveRetryCount) = KeepAlive);
        silo.Configure<ClusterMembershipOptions>(options.FastMembership ? MembershipTimings.ApplyFast : MembershipTimings.Apply);
        silo.Services.AddSingleton<Departure>();
        if (IsOfMany(silo, options))
        {
            silo.Services.AddSingleton<StorageProbe>();
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RejoinGate>();
            silo.Services.AddHostedService<StorageWatch>();
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JoinNotice>();
            silo.Services.AddSingleton<ClusterListUpkeep>();
            silo.Services.AddHostedService(services => services.GetRequiredService<ClusterListUpkeep>());
        }

        return silo;
    }

    /// <summary>Whom a silo lets in whose options do not say it.</summary>
    public static ClusterDoor FindDoor(SiloHostOptions options) =>
        ClusterSecrets.FindChosen()
            ?? (options.Tls is null && IPAddress.IsLoopback(Resolve(options.AdvertisedAddress)) ? ClusterSecrets.Find() : ClusterDoor.Open);

    /// <summary>Whether other silos may come to this one.</summary>
    private static bool IsOfMany(ISiloBuilder silo, SiloHostOptions options) =>
        (options.Redis ?? options.Postgres ?? options.AzureTables ?? silo.Configuration[ClusteringProviderKey]) is not null;

    /// <summary>The provider finds its tables there when it looks for them.</summary>
    private static void BeforeAll(ISiloBuilder silo, Func<CancellationToken, Task> prepare) =>
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Preparation(prepare));

    private static ConfigurationOptions ParseRedis(string redis)
    {
        try
        {
            return ConfigurationOptions.Parse(redis);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new InvalidOperationException($"The address of the Redis server cannot be read: {SecretText.Mask(exception.Message)}", exception);
        }
    }

    private static IPAddress Resolve(string? address)
    {
        if (address is null)
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(address, out var parsed))
        {
            return parsed;
        }

        if (address == SiloHostOptions.OwnAddress)
        {
            return FindOwnAddress() ?? throw new InvalidOperationException(
                "This machine has no network address but the loopback one, so no other could reach the silo: say which address to advertise.");
        }

        try
        {
            return Dns.GetHostAddresses(address, AddressFamily.InterNetwork).First();
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"The advertised address '{address}' is neither an IP address nor a name that resolves to one.", exception);
        }
    }

    /// <summary>Of several, one of the network that leads to the others.</summary>
    private static IPAddress? FindOwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
        .Select(network => network.GetIPProperties())
        .OrderByDescending(properties => properties.GatewayAddresses.Count)
        .SelectMany(properties => properties.UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    private sealed class Preparation(Func<CancellationToken, Task> prepare) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(Membership), ServiceLifecycleStage.First, prepare);
    }
}
