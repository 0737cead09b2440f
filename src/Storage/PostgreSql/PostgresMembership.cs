using Npgsql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// A PostgreSQL database in which the silos of a cluster meet, by Orleans' own provider (<c>UseAdoNetClustering</c>, invariant <see cref="Invariant"/>). What
/// is here makes the tables that it works on, and the statements that it takes from there.
/// </summary>
public static class PostgresMembership
{
    /// <summary>What Orleans calls the library that talks to PostgreSQL.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>Beside the schema of tasks, which may be in another database.</summary>
    private const string Schema = "videogen_cluster";

    private const int Version = 1;

    /// <summary>Programs that start at once make the tables one after the other. The number is nothing but ours: "VGcl".</summary>
    private const long StartLock = 0x5647636C;

    /// <summary>Short: silos ask again, and a silo that cannot say that it lives is soon taken for dead.</summary>
    private const int SecondsToConnect = 5;

    private const int SecondsToAnswer = 10;

    /// <summary>Of one process: the list of silos is asked for by few.</summary>
    private const int MaxConnections = 8;

    /// <summary>The connection string as the provider takes it, for silos and for clients.</summary>
    /// <exception cref="StoreException">It is none.</exception>
    public static string ToProvider(string connectionString) => Parse(connectionString).ConnectionString;

    /// <summary>The database and its server, without user and password, for messages.</summary>
    /// <exception cref="StoreException">It is none.</exception>
    public static string Describe(string connectionString) => PostgresAddress.Describe(Parse(connectionString));

    /// <summary>Makes the database and the tables where they are missing. Safe to repeat, and at once by many.</summary>
    /// <exception cref="StoreException">They cannot be used, or a newer program made them.</exception>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var address = Parse(connectionString);
        try
        {
            try
            {
                await PrepareAsync(address, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await PostgresAddress.MakeDatabaseAsync(address, cancellationToken).ConfigureAwait(false);
                await PrepareAsync(address, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgresFaults.IsOfDatabase(exception))
        {
            throw PostgresFaults.Explain(exception, PostgresAddress.Describe(address), "The cluster's list of silos could not be opened");
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        var address = PostgresAddress.Parse(connectionString, Schema, "The cluster's membership in PostgreSQL");
        address.Timeout = Math.Min(address.Timeout, SecondsToConnect);
        address.CommandTimeout = SecondsToAnswer;
        address.MaxPoolSize = MaxConnections;
        address.NoResetOnClose = true;
        return address;
    }

    private static async Task PrepareAsync(NpgsqlConnectionStringBuilder address, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await VersionAsync(connection, address, cancellationToken).ConfigureAwait(false) == Version)
        {
            // A client need not have the right to make tables.
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({StartLock})").ConfigureAwait(false);
        if (await VersionAsync(connection, address, cancellationToken).ConfigureAwait(false) is null)
        {
            await ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Schema}; {PostgresMembershipSql.Tables}").ConfigureAwait(false);
            foreach (var (name, text) in PostgresMembershipSql.Statements)
            {
                await using var command = new NpgsqlCommand("INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ($1, $2)", connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            await ExecuteAsync($"INSERT INTO form VALUES ({Version})").ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

        async Task ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // Constants of this class.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null where there are no tables yet.</summary>
    /// <exception cref="StoreException">A newer program made them.</exception>
    private static async Task<int?> VersionAsync(NpgsqlConnection connection, NpgsqlConnectionStringBuilder address, CancellationToken cancellationToken)
    {
        // Unlike a look-up by name, a query over the catalog sees what others made since this connection looked last.
        await using var exists = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{Schema}' AND c.relname = 'form')",
            connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            return null;
        }

        await using var command = new NpgsqlCommand($"SELECT max(version) FROM {Schema}.form", connection);
        var version = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as int? ?? 0;
        return version <= Version
            ? version
            : throw new StoreException(
                StoreFault.TooNew,
                $"The list of silos in {PostgresAddress.Describe(address)} has form {version}; this program knows form {Version}. Use the newer program.");
    }
}
