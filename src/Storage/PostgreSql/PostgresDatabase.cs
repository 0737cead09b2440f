using Microsoft.Extensions.Logging;
using Npgsql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>The connections of this process to one database.</summary>
internal sealed partial class PostgresDatabase : IDisposable
{
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
        Place = PostgresAddress.Describe(_address);
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
        var address = PostgresAddress.Parse(options.ConnectionString, options.Schema, "The PostgreSQL storage");
        address.NoResetOnClose = true;
        address.MaxAutoPrepare = MaxPrepared;
        address.AutoPrepareMinUsages = 1;
        address.CommandTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds);
        address.MaxPoolSize = Math.Max(address.MaxPoolSize, options.Partitions + 1);
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
            await PostgresAddress.MakeDatabaseAsync(_address, cancellationToken).ConfigureAwait(false);
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Place} has fsync = off: what it acknowledges is lost when its machine fails. Turn it on, unless nothing there matters.")]
    private partial void FsyncIsOff(string place);
}
