namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// The tables of a cluster's list of silos, and the statements that Orleans' ADO.NET provider reads from <c>OrleansQuery</c> and runs. The names of the
/// statements, of their parameters and of the columns that they answer with are the provider's; the tables are nobody's but theirs.
/// </summary>
/// <remarks>
/// A cluster has one row with a number that rises by one with each change of its list. A change names the number that it follows, and the row of the cluster
/// is changed before that of a silo: of two changes that follow the same one, the second waits, sees another number, and does nothing. That a silo lives is no
/// change of the list.
/// </remarks>
internal static class PostgresMembershipSql
{
    public const string Tables = """
        CREATE TABLE form (version int NOT NULL);

        CREATE TABLE OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);

        CREATE TABLE clusters (name text COLLATE "C" PRIMARY KEY, version int NOT NULL DEFAULT 0);

        CREATE TABLE silos (
            cluster text COLLATE "C" NOT NULL,
            address text COLLATE "C" NOT NULL,
            port int NOT NULL,
            generation int NOT NULL,
            name text NOT NULL,
            host text NOT NULL,
            status int NOT NULL,
            gateway_port int NOT NULL,
            suspicions text,
            started timestamptz NOT NULL,
            lives timestamptz NOT NULL,
            PRIMARY KEY (cluster, address, port, generation)
        );
        """;

    private const string IsSilo = "cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string Row = """
        SELECT c.version AS Version, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName,
            s.status AS Status, s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started AS StartTime, s.lives AS IAmAliveTime
        FROM clusters c LEFT JOIN silos s ON s.cluster = c.name
        """;

    /// <summary>Of the numbers of <c>SiloStatus</c>.</summary>
    private const string Dead = "6";

    /// <summary>By the names that the provider looks for.</summary>
    public static readonly (string Name, string Text)[] Statements =
    [
        (
            "GatewaysQueryKey",
            """
            SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
            FROM silos WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
            """),
        ("MembershipReadAllKey", $"{Row} WHERE c.name = @DeploymentId"),
        ("MembershipReadRowKey", $"{Row} AND s.address = @Address AND s.port = @Port AND s.generation = @Generation WHERE c.name = @DeploymentId"),
        (
            "InsertMembershipVersionKey",
            "WITH made AS (INSERT INTO clusters (name) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM made"),
        (
            "InsertMembershipKey",
            $"""
            WITH turned AS (
                UPDATE clusters SET version = version + 1
                WHERE name = @DeploymentId AND version = @Version AND NOT EXISTS (SELECT 1 FROM silos WHERE {IsSilo}) RETURNING 1),
            made AS (
                INSERT INTO silos (cluster, address, port, generation, name, host, status, gateway_port, started, lives)
                SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM turned
                RETURNING 1)
            SELECT count(*) FROM made
            """),
        (
            "UpdateMembershipKey",
            $"""
            WITH turned AS (
                UPDATE clusters SET version = version + 1
                WHERE name = @DeploymentId AND version = @Version AND EXISTS (SELECT 1 FROM silos WHERE {IsSilo}) RETURNING 1),
            changed AS (
                UPDATE silos SET status = @Status, suspicions = @SuspectTimes, lives = @IAmAliveTime FROM turned WHERE {IsSilo} RETURNING 1)
            SELECT count(*) FROM changed
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE silos SET lives = @IAmAliveTime WHERE {IsSilo}"),
        (
            "DeleteMembershipTableEntriesKey",
            "WITH gone AS (DELETE FROM silos WHERE cluster = @DeploymentId) DELETE FROM clusters WHERE name = @DeploymentId"),
        ("CleanupDefunctSiloEntriesKey", $"DELETE FROM silos WHERE cluster = @DeploymentId AND status = {Dead} AND lives < @IAmAliveTime"),
    ];
}
