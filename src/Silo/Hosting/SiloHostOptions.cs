using System.Net;
using VideoGen.Client.Access;
using VideoGen.Files;
using VideoGen.Silo.Hosting.Tls;
using VideoGen.Tasks.Scheduling;

namespace VideoGen.Silo.Hosting;

/// <summary>How one silo is run. What it stores in is chosen by configuration, in Orleans' own section <c>Orleans:GrainStorage:tasks</c>.</summary>
public sealed record SiloHostOptions
{
    public string ClusterId { get; init; } = "videogen";

    public string ServiceId { get; init; } = "videogen";

    /// <summary><c>host:port</c> of the Redis that holds the cluster's membership; null for none.</summary>
    public string? Redis { get; init; }

    /// <summary>
    /// The connection string of the PostgreSQL database that holds the cluster's membership. Of this, <see cref="Redis"/> and <see cref="AzureTables"/> one at
    /// most is given.
    /// </summary>
    public string? Postgres { get; init; }

    /// <summary>The connection string of the Azure storage account whose tables hold the cluster's membership.</summary>
    public string? AzureTables { get; init; }

    /// <summary>The port for other silos; 0 for a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The port for clients; 0 for a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>Advertised, it stands for the address that this machine has in its network: for containers, which do not know theirs before they run.</summary>
    public const string OwnAddress = "auto";

    /// <summary>
    /// The address or name under which other silos and clients reach this one, or <see cref="OwnAddress"/>; null for loopback.
    /// </summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>The certificate by which this silo and others know each other; null for connections that are not encrypted.</summary>
    public CertificateFiles? Tls { get; init; }

    /// <summary>
    /// Whether the network is trusted: a silo without <see cref="Tls"/> may be reached at an address that is not loopback. Whoever reaches it may do with tasks
    /// what they like.
    /// </summary>
    public bool InsecureNetwork { get; init; }

    /// <summary>
    /// Whom this silo lets in. When it is not given: what <see cref="ClusterSecrets.FindChosen"/> says; else processes of this user where the silo is reached
    /// on loopback alone, and whoever comes where certificates or a trusted network keep others away.
    /// </summary>
    public ClusterDoor? Door { get; init; }

    /// <summary>The port for HTTP on loopback; 0 for a free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>
    /// Where to listen for HTTP instead of on loopback. Beyond it nobody gets in without a key, and a silo whose cluster has none does not start.
    /// </summary>
    public IPEndPoint? HttpEndpoint { get; init; }

    /// <summary>The key of an admin that this silo makes known to its cluster when it starts; null for none. Once revoked it stays so.</summary>
    public string? FirstKey { get; init; }

    /// <summary>Whether the silo answers HTTP at all.</summary>
    public bool Http { get; init; } = true;

    /// <summary>Whether the silo looks for unfinished tasks of others.</summary>
    public bool Recover { get; init; } = true;

    /// <summary>Where the artifacts of tasks are; null when this silo cannot reach them, and then it serves none and deletes none.</summary>
    public IArtifactStore? Artifacts { get; init; }

    /// <summary>How long finished tasks are kept that say nothing of it themselves.</summary>
    public RetentionRules Retention { get; init; } = RetentionRules.None;

    /// <summary>
    /// Whether notices may go to addresses that are not those of the Internet, and by HTTP without TLS.
    /// </summary>
    public bool WebhooksAllowPrivate { get; init; }

    /// <summary>
    /// Whether Orleans' own dashboard is at <c>/orleans</c>, for admins. The silo starts a second later with it and holds 40 MB more, and while somebody looks
    /// each grain call takes a microsecond more. All silos of a cluster have it, or none.
    /// </summary>
    public bool OrleansDashboard { get; init; }

    /// <summary>Finds dead silos after six seconds of silence rather than nine: for tests and small clusters.</summary>
    public bool FastMembership { get; init; }
}
