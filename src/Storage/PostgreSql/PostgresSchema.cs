using Npgsql;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.PostgreSql;

/// <summary>The form of the tables. Times are ticks of 100 ns since 1970, in UTC.</summary>
/// <remarks>
/// <para>
/// A record is one row. Its document is <c>base</c>, the body as it was last written whole, with what <c>changes</c> makes of it (Deltas/README.md);
/// <c>checksum</c> is of its key and both (<see cref="RecordChecksum"/>). <c>summary</c> is what lists show, as JSON; the columns beside it are those that
/// lists are searched by. No index holds what most commits change, so that the server writes the new row beside the old one and nothing else: pages have
/// room for that (<c>fillfactor</c>), and a long base stands outside of its row.
/// </para>
/// <para>
/// <c>priority</c> and <c>errors</c> are what tasks are ordered and searched by besides. A program that does not know them leaves them alone when it writes a
/// record, and leaves <c>searched</c> at the checksum of the record before: then a trigger takes the priority away, and both are made anew before they are
/// asked for. So it works on such tables as before, and they are no form of their own.
/// </para>
/// <para>
/// A label is one text, the JSON of its name and its value, so that one index finds both. What queues and clocks look for
/// (<see cref="Tasks.Queries.TaskSchedule"/>) is in tables of its own and in <c>next_due</c>, written by the statement that writes the document and only where
/// it changes, which <c>schedule_hash</c> tells. Those tables have no unique key: one statement takes the former rows of a task away and brings the new ones.
/// </para>
/// </remarks>
internal static class PostgresSchema
{
    public const int Version = 2;

    /// <summary>Two programs that start at once make the tables one after the other. The number is nothing but ours: "VGen".</summary>
    private const long StartLock = 0x5647656E;

    private const string Tables = """
        CREATE TABLE form (version int NOT NULL);

        CREATE TABLE records (
            kind text COLLATE "C" NOT NULL,
            id text COLLATE "C" NOT NULL,
            etag text COLLATE "C" NOT NULL,
            checksum bigint NOT NULL,
            status text COLLATE "C",
            pipeline text COLLATE "C",
            labels text[] COLLATE "C",
            created_at bigint,
            updated_at bigint,
            deleted boolean NOT NULL DEFAULT false,
            owed boolean NOT NULL DEFAULT false,
            next_due bigint,
            schedule_hash bigint NOT NULL DEFAULT 0,
            summary text,
            base bytea NOT NULL,
            changes bytea,
            PRIMARY KEY (kind, id)
        ) WITH (fillfactor = 50, toast_tuple_target = 4080);

        ALTER TABLE records ALTER COLUMN base SET STORAGE EXTERNAL;
        ALTER TABLE records ALTER COLUMN changes SET STORAGE MAIN;

        CREATE INDEX tasks_by_age ON records (created_at DESC, id) WHERE status IS NOT NULL AND NOT deleted;
        CREATE INDEX tasks_by_status ON records (status, created_at DESC, id) WHERE status IS NOT NULL AND NOT deleted;
        CREATE INDEX tasks_by_pipeline ON records (pipeline, created_at DESC, id) WHERE status IS NOT NULL AND NOT deleted;
        CREATE INDEX tasks_by_label ON records USING gin (labels) WHERE labels IS NOT NULL;
        CREATE INDEX tasks_owed ON records (id) WHERE owed;
        CREATE INDEX tasks_deleted ON records (id) WHERE deleted;
        CREATE INDEX tasks_due ON records (next_due) WHERE next_due IS NOT NULL;

        CREATE TABLE ready (
            task text COLLATE "C" NOT NULL,
            stage text COLLATE "C" NOT NULL,
            queue text COLLATE "C" NOT NULL,
            rank bigint NOT NULL,
            kind text COLLATE "C" NOT NULL,
            needs text COLLATE "C" NOT NULL,
            fair text COLLATE "C" NOT NULL,
            created_at bigint NOT NULL,
            attempt int NOT NULL,
            not_before bigint,
            more text
        );

        CREATE INDEX ready_by_task ON ready (task);
        CREATE INDEX ready_in_order ON ready (queue, rank, kind, needs, fair, created_at, task, stage);
        CREATE INDEX ready_delayed ON ready (queue, not_before) WHERE not_before IS NOT NULL;

        CREATE TABLE held (
            task text COLLATE "C" NOT NULL,
            stage text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            worker text NOT NULL,
            weight int NOT NULL,
            expires bigint NOT NULL
        );

        CREATE INDEX held_by_task ON held (task);
        CREATE INDEX held_by_name ON held (name);
        """;

    /// <summary>
    /// From form 1, which had the body as a whole and no changes. The column has another name since: a program of form 1 that is at work fails at its next
    /// call, instead of leaving changes beside a body that they are not of.
    /// </summary>
    private const string ToForm2 = """
        ALTER TABLE records RENAME COLUMN body TO base;
        ALTER TABLE records ADD COLUMN changes bytea;
        ALTER TABLE records ALTER COLUMN changes SET STORAGE MAIN;
        ALTER TABLE records SET (fillfactor = 50, toast_tuple_target = 4080);
        UPDATE form SET version = 2;
        """;

    /// <summary>The trigger acts on no write of a program that knows these columns; the condition on it costs such a write next to nothing.</summary>
    private const string Searches = """
        ALTER TABLE records ADD COLUMN priority int;
        ALTER TABLE records ADD COLUMN errors text COLLATE "C";
        ALTER TABLE records ADD COLUMN searched bigint;
        CREATE INDEX tasks_by_priority ON records (priority DESC, created_at DESC, id) WHERE status IS NOT NULL AND NOT deleted;
        CREATE INDEX tasks_unsearched ON records (id) WHERE priority IS NULL AND status IS NOT NULL;
        CREATE INDEX tasks_with_errors ON records (created_at DESC, id) WHERE errors IS NOT NULL;
        CREATE FUNCTION forget_search() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.priority := NULL; RETURN NEW; END';
        CREATE TRIGGER search_forgotten BEFORE UPDATE ON records FOR EACH ROW WHEN (NEW.searched IS DISTINCT FROM NEW.checksum)
            EXECUTE FUNCTION forget_search();
        """;

    private const string HasSearches = "SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'searched')";

    /// <summary>Makes the tables where they are missing, brings those of a former program up, and refuses those of a newer program.</summary>
    /// <exception cref="StoreException">A newer program made them, or they are another program's.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, string schema, string place, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({StartLock})", cancellationToken).ConfigureAwait(false);
        if (!await ExistsAsync(connection, schema, "form", cancellationToken).ConfigureAwait(false))
        {
            if (await ExistsAsync(connection, schema, "records", cancellationToken).ConfigureAwait(false))
            {
                throw new StoreException(
                    StoreFault.Damaged, $"The schema {schema} of {place} holds tables of another program. Give another schema (Schema), or another database.");
            }

            await ExecuteAsync(
                connection,
                $"CREATE SCHEMA IF NOT EXISTS \"{schema}\"; {Tables} {Searches} INSERT INTO form VALUES ({Version})",
                cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var version = await KnownVersionAsync(connection, schema, place, cancellationToken).ConfigureAwait(false);
            if (version < 2)
            {
                await ExecuteAsync(connection, ToForm2, cancellationToken).ConfigureAwait(false);
            }

            if (!await IsSearchedAsync(connection, schema, cancellationToken).ConfigureAwait(false))
            {
                await ExecuteAsync(connection, Searches, cancellationToken).ConfigureAwait(false);
            }
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For one who only looks: whether there are tables to look into.</summary>
    /// <exception cref="StoreException">There are none, or a newer or a former program made them.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, string schema, string place, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, schema, "form", cancellationToken).ConfigureAwait(false))
        {
            throw new StoreException(StoreFault.Unusable, $"The schema {schema} of {place} holds no tasks. Is it the right database?");
        }

        var version = await KnownVersionAsync(connection, schema, place, cancellationToken).ConfigureAwait(false);
        if (version < Version)
        {
            throw new StoreException(
                StoreFault.Unusable,
                $"The tables of schema {schema} of {place} have form {version}, and form {Version} is needed. The first silo of this program that starts there "
                + "brings them up.");
        }

        if (!await IsSearchedAsync(connection, schema, cancellationToken).ConfigureAwait(false))
        {
            throw new StoreException(
                StoreFault.Unusable,
                $"The tables of schema {schema} of {place} lack the columns by which this program sorts and searches tasks. The first silo of this program "
                + "that starts there adds them.");
        }
    }

    /// <exception cref="StoreException">A newer program made the tables.</exception>
    private static async Task<int> KnownVersionAsync(NpgsqlConnection connection, string schema, string place, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(connection, cancellationToken).ConfigureAwait(false);
        return version <= Version
            ? version
            : throw new StoreException(
                StoreFault.TooNew,
                $"The tables of schema {schema} of {place} have form {version}; this program knows form {Version}. Use the newer program, or another schema.");
    }

    private static async Task<bool> IsSearchedAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HasSearches, connection);
        command.Parameters.AddWithValue($"\"{schema}\".records");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string schema, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection);
        command.Parameters.AddWithValue($"\"{schema}\".{table}");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT max(version) FROM form", connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as int? ?? 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The schema's name was checked; all else is constant.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
