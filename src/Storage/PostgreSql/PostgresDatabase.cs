using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>The connections of this process to one database.</summary>
internal sealed partial class PostgresDatabase : IDisposable
{
    /// <summary>The database from which others are made.</summary>
    private const string Maintenance = "postgres";

    private const int MaxSchemaName = 63;

    /// <summary>Statements of the store that a connection keeps prepared: there are fewer.</summary>
    private const int MaxPrepared = 32;

    /// <summary>
    /// An answer means that the log is on the disk, whatever the server's default is. All that the store asks is found over an index, and the planner must not
    /// think otherwise while a table is small or its statistics are old. <c>search_path</c> comes with the connection.
    /// </summary>
    private const string Settings = """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan;
        """;

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly NpgsqlDataSource _source;
    private readonly ILogger _logger;
    private readonly bool _isReader;
    private readonly SemaphoreSlim _opening = new(1);
    private volatile bool _isOpen;

    /// <param name="options">The options.</param>
    /// <param name="isReader">Whether it only looks into a database, and makes nothing.</param>
    /// <param name="logger">Gets warnings about the server's settings.</param>
    public PostgresDatabase(PostgresStorageOptions options, bool isReader, ILogger logger)
    {
        _address = Address(options);
        Schema = options.Schema;
        Place = $"the PostgreSQL database {_address.Database} at {_address.Host}:{_address.Port}";
        (_isReader, _logger) = (isReader, logger);
        var builder = new NpgsqlDataSourceBuilder(_address.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection => Set(connection).ExecuteNonQuery(),
            async connection =>
            {
                await using var command = Set(connection);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        _source = builder.Build();
    }

    public string Schema { get; }

    /// <summary>For messages, without user and password.</summary>
    public string Place { get; }

    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that the tables are there.</summary>
    /// <exception cref="StoreException">They are not ours, or are not there and may not be made.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
        {
            return;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isOpen)
            {
                await PrepareAsync(cancellationToken).ConfigureAwait(false);
                _isOpen = true;
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _opening.Dispose();
    }

    private static NpgsqlConnectionStringBuilder Address(PostgresStorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            throw new StoreException(
                StoreFault.Unusable, "The PostgreSQL storage has no ConnectionString. Give it one: Host=…;Database=…;Username=…;Password=….");
        }

        if (options.Schema.Length is 0 or > MaxSchemaName || char.IsAsciiDigit(options.Schema[0])
            || !options.Schema.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new StoreException(
                StoreFault.Unusable, $"The Schema of the PostgreSQL storage has 1 to {MaxSchemaName} letters, digits and underscores, and no digit first.");
        }

        NpgsqlConnectionStringBuilder address;
        try
        {
            address = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // The text holds the password, and the exception may hold the text.
            throw new StoreException(
                StoreFault.Unusable, "The ConnectionString of the PostgreSQL storage is none. It reads Host=…;Database=…;Username=…;Password=….");
        }

        if (string.IsNullOrEmpty(address.Host))
        {
            throw new StoreException(StoreFault.Unusable, "The ConnectionString of the PostgreSQL storage names no Host.");
        }

        address.Database = string.IsNullOrEmpty(address.Database) ? "videogen" : address.Database;
        address.SearchPath = $"\"{options.Schema}\"";
        address.NoResetOnClose = true;
        address.MaxAutoPrepare = MaxPrepared;
        address.AutoPrepareMinUsages = 1;
        address.CommandTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds);
        address.MaxPoolSize = Math.Max(address.MaxPoolSize, options.Partitions + 1);
        address.ApplicationName ??= "videogen";
        return address;
    }

    private static NpgsqlCommand Set(NpgsqlConnection connection) => new(Settings, connection);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await FirstConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (!_isReader)
        {
            await PostgresSchema.PrepareAsync(connection, Schema, Place, cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand("SHOW fsync", connection);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "off")
            {
                FsyncIsOff(Place);
            }
        }
        else
        {
            await PostgresSchema.CheckAsync(connection, Schema, Place, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<NpgsqlConnection> FirstConnectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName && !_isReader)
        {
            await MakeDatabaseAsync(cancellationToken).ConfigureAwait(false);
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = Maintenance, SearchPath = null, Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var name = _address.Database!.Replace("\"", "\"\"", StringComparison.Ordinal);
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

    [LoggerMessage(LogLevel.Warning, "{Place} has fsync = off: what it acknowledges is lost when its machine fails. Turn it on, unless nothing there matters.")]
    private partial void FsyncIsOff(string place);
}
