using Npgsql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>Where a database is, as the person gave it, and how it is made where it is missing.</summary>
internal static class PostgresAddress
{
    /// <summary>The database from which others are made.</summary>
    private const string Maintenance = "postgres";

    private const string Default = "videogen";

    private const int MaxSchemaName = 63;

    /// <param name="connectionString">The connection string.</param>
    /// <param name="schema">The schema in which tables are looked for.</param>
    /// <param name="what">What it is the address of, for messages: "The PostgreSQL storage".</param>
    /// <exception cref="StoreException">It is none.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string? connectionString, string schema, string what)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new StoreException(StoreFault.Unusable, $"{what} has no ConnectionString. Give it one: Host=…;Database=…;Username=…;Password=….");
        }

        if (schema.Length is 0 or > MaxSchemaName || char.IsAsciiDigit(schema[0]) || !schema.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new StoreException(
                StoreFault.Unusable, $"The Schema of {Decapitalized(what)} has 1 to {MaxSchemaName} letters, digits and underscores, and no digit first.");
        }

        NpgsqlConnectionStringBuilder address;
        try
        {
            address = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // The text holds the password, and the exception may hold the text.
            throw new StoreException(
                StoreFault.Unusable, $"The ConnectionString of {Decapitalized(what)} is none. It reads Host=…;Database=…;Username=…;Password=….");
        }

        if (string.IsNullOrEmpty(address.Host))
        {
            throw new StoreException(StoreFault.Unusable, $"The ConnectionString of {Decapitalized(what)} names no Host.");
        }

        address.Database = string.IsNullOrEmpty(address.Database) ? Default : address.Database;
        address.SearchPath = $"\"{schema}\"";
        address.ApplicationName ??= Default;
        return address;
    }

    /// <summary>For messages, without user and password.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder address) =>
        $"the PostgreSQL database {address.Database} at {address.Host}:{address.Port}";

    public static async Task MakeDatabaseAsync(NpgsqlConnectionStringBuilder address, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(address.ConnectionString) { Database = Maintenance, SearchPath = null, Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var name = address.Database!.Replace("\"", "\"\"", StringComparison.Ordinal);
#pragma warning disable CA2100 // A name cannot be a parameter; it is quoted.
            await using var command = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process made it at the same moment.
        }
    }

    private static string Decapitalized(string what) => $"{char.ToLowerInvariant(what[0])}{what[1..]}";
}
