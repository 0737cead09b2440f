using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace VideoGen.Silo.Hosting.Tls;

/// <summary>
/// Encrypted connections between silos, and between silos and clients. Both ends show a certificate of the cluster's authority, and that of a silo is for the
/// cluster's name; without one nobody gets in.
/// </summary>
public static partial class ClusterTls
{
    /// <summary>Has a silo take and make encrypted connections alone.</summary>
    /// <exception cref="ClusterSecurityException">The files cannot be used.</exception>
    public static ISiloBuilder UseClusterTls(this ISiloBuilder silo, CertificateFiles files, string cluster)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var certificate = new ClusterCertificate(files, cluster, isSilo: true, TimeProvider.System);
        var (server, client) = (Server(certificate), Client(certificate, cluster));
        return silo.Configure<SiloConnectionOptions>(connections =>
        {
            connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(server));
            connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(server));
            connections.ConfigureSiloOutboundConnection(connection =>
            {
                Report(certificate, connection);
                connection.UseClientTls(client);
            });
        });
    }

    /// <summary>Has a client make encrypted connections alone.</summary>
    /// <param name="client">The client.</param>
    /// <param name="files">Where its certificate is.</param>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="refused">Hears why a silo was refused.</param>
    /// <exception cref="ClusterSecurityException">The files cannot be used.</exception>
    public static IClientBuilder UseClusterTls(this IClientBuilder client, CertificateFiles files, string cluster, Action<string>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        var certificate = new ClusterCertificate(files, cluster, isSilo: false, TimeProvider.System);
        certificate.Refused += refused;
        var options = Client(certificate, cluster);
        return client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(connection =>
        {
            Report(certificate, connection);
            connection.UseClientTls(options);
        }));
    }

    private static TlsOptions Server(ClusterCertificate certificate) => new()
    {
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        LocalServerCertificateSelector = (_, _) => certificate.Own,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (other, _, _) => certificate.Believes(other, isSilo: false),
    };

    private static TlsOptions Client(ClusterCertificate certificate, string cluster) => new()
    {
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        LocalClientCertificateSelector = (_, _, _, _, _) => certificate.Own,
        ClientCertificateMode = RemoteCertificateMode.AllowCertificate,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (other, _, _) => certificate.Believes(other, isSilo: true),
        OnAuthenticateAsClient = (_, options) => options.TargetHost = cluster,
    };

    private static void Report(ClusterCertificate certificate, IConnectionBuilder connection)
    {
        if (connection.ApplicationServices.GetService<ILoggerFactory>() is { } factory)
        {
            var logger = factory.CreateLogger(typeof(ClusterTls));
            certificate.Refused += sentence => LogRefused(logger, sentence);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Sentence}")]
    private static partial void LogRefused(ILogger logger, string sentence);
}
