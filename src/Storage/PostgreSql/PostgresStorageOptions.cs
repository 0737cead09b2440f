namespace VideoGen.Storage.PostgreSql;

public sealed class PostgresStorageOptions
{
    /// <summary>
    /// Where the database is: <c>Host=…;Port=…;Database=…;Username=…;Password=…</c> and whatever else Npgsql knows. A database that does not exist is made,
    /// where the user may do that.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The schema that holds the tables; it is made where it is missing. 1 to 63 letters, digits and underscores, no digit first.</summary>
    public string Schema { get; set; } = "videogen";

    /// <summary>Batches that are committed side by side, each over a connection of its own; 1 to 64.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>How long one call may take before its outcome counts as unknown.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
