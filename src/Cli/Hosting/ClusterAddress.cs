using VideoGen.Cli.Exits;
using VideoGen.Silo.Hosting;
using VideoGen.Silo.Hosting.Tls;

namespace VideoGen.Cli.Hosting;

/// <summary>Where a cluster is found: what its silos meet in, and its name there. Its text shows the servers, and no secrets.</summary>
internal abstract class ClusterAddress(string clusterId)
{
    public const string DefaultClusterId = "videogen";

    public string ClusterId { get; } = clusterId;

    /// <summary>What a person adds to a command that is to reach the same cluster, with a blank before it and without secrets.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The certificate by which this process and the silos know each other; null for connections that are not encrypted.</summary>
    public CertificateFiles? Tls { get; init; }

    /// <summary>Why this process refused a silo last; null while it refused none.</summary>
    public string? Refusal { get; set; }

    /// <summary>What a person writes to have a silo meet others there; without secrets.</summary>
    public abstract string Option { get; }

    /// <summary>What a person adds to a command on another terminal that is to reach this cluster, whatever its environment says; without secrets.</summary>
    public string Reach(string cluster) => $" {Option}{(cluster == DefaultClusterId ? "" : $" --cluster {cluster}")}";

    /// <summary>Says how this process, as a client, finds the silos.</summary>
    public abstract void Configure(IClientBuilder client);

    /// <summary>Says how this process, as a silo, meets the others.</summary>
    public abstract SiloHostOptions Configure(SiloHostOptions silo);

    /// <exception cref="CommandFailedException">What the silos meet in does not answer, or refuses the password.</exception>
    public abstract Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>The failure in words where it is of what the silos meet in; else null.</summary>
    public abstract CommandFailedException? Explain(Exception exception);

    public abstract override string ToString();
}
