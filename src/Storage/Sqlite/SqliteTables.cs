using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.Sqlite;

/// <summary>The tables of the database, and the way to them from former forms. Times are ticks of 100 ns since 1970, in UTC.</summary>
/// <remarks>
/// <para>
/// A record is a body and a delta of it (Deltas/README.md), which is in the column <c>changes</c>. A body that does not fit on the page of its record has a row
/// of its own, so that most commits touch that page alone, and so do lists.
/// </para>
/// <para>
/// <c>content_hash</c> is of the key, the body and the delta (<see cref="RecordChecksum"/>); <c>list_hash</c> is of the columns that lists read
/// (<see cref="ListColumns"/>), and null in rows that an earlier program wrote.
/// </para>
/// <para>
/// No index holds a column that most commits change (version, progress, time of the update), so that these write one row and nothing else. The order by time
/// of the update is an index of the tasks that no worker is at work on; the others, which are written again and again, are found by their clock, and sorted.
/// </para>
/// <para>
/// <c>priority</c> and <c>errors</c> are what tasks are ordered and searched by besides. A program that does not know them leaves them as they were when it
/// writes a record: they stand for the record whose <c>content_hash</c> is in <c>searched</c>, and are made anew before they are asked for where that is not
/// the present one. So it opens and writes such a database as before, and this is no form of its own.
/// </para>
/// <para>
/// Labels are a side table with the order of lists in its key, so that a search by label walks it in order. Triggers keep it, within the same
/// transaction, and only where labels change: so it cannot drift, whoever writes. So it is with the numbers of tasks by status.
/// </para>
/// <para>
/// What queues and clocks look for (<see cref="Tasks.Queries.TaskSchedule"/>) is in tables of its own and in <c>next_due</c>, written in the transaction of the
/// document and only where it changes. <c>schedule_hash</c> is the checksum of a record's rows there (<see cref="ScheduleHash"/>).
/// </para>
/// </remarks>
internal static class SqliteTables
{
    /// <summary>No worker is at work on the task. Those that are not quiet have a row in the index of clocks, since leases end.</summary>
    public const string IsQuiet = "next_due IS NULL OR coalesce(workers, 0) = 0";

    /// <summary>What the task is ordered and searched by is not what its record says.</summary>
    public const string IsUnsearched = "searched IS NOT content_hash AND status IS NOT NULL";

    public const string Records = """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            etag TEXT NOT NULL,
            content_hash INTEGER NOT NULL,
            list_hash INTEGER,
            status TEXT,
            pipeline TEXT,
            labels TEXT,
            created_at INTEGER,
            deleted INTEGER NOT NULL DEFAULT 0,
            owed INTEGER NOT NULL DEFAULT 0,
            version INTEGER,
            progress REAL,
            current_stage TEXT,
            started_at INTEGER,
            completed_at INTEGER,
            updated_at INTEGER,
            workers INTEGER,
            next_due INTEGER,
            schedule_hash INTEGER NOT NULL DEFAULT 0,
            priority INTEGER,
            errors TEXT,
            searched INTEGER,
            changes BLOB NOT NULL,
            body TEXT,
            UNIQUE (kind, key)
        ) STRICT;

        CREATE TABLE bodies (
            record INTEGER PRIMARY KEY,
            body TEXT NOT NULL
        ) STRICT;

        CREATE TRIGGER bodies_moved AFTER UPDATE OF body ON records WHEN old.body IS NULL AND new.body IS NOT NULL BEGIN
            DELETE FROM bodies WHERE record = new.id;
        END;

        CREATE TRIGGER bodies_removed AFTER DELETE ON records WHEN old.body IS NULL BEGIN
            DELETE FROM bodies WHERE record = old.id;
        END;

        CREATE INDEX tasks_by_age ON records (created_at DESC, key) WHERE status IS NOT NULL AND deleted = 0;
        CREATE INDEX tasks_by_status ON records (status, created_at DESC, key) WHERE status IS NOT NULL AND deleted = 0;
        CREATE INDEX tasks_by_pipeline ON records (pipeline, created_at DESC, key) WHERE status IS NOT NULL AND deleted = 0;
        CREATE INDEX tasks_owed ON records (key) WHERE owed = 1;
        CREATE INDEX tasks_deleted ON records (key) WHERE deleted = 1;

        CREATE TABLE labels (
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            key TEXT NOT NULL,
            record INTEGER NOT NULL,
            PRIMARY KEY (name, value, created_at DESC, key, record)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX labels_by_record ON labels (record);

        CREATE TRIGGER labels_added AFTER INSERT ON records WHEN new.labels IS NOT NULL AND new.labels <> '{}' BEGIN
            INSERT INTO labels SELECT j.key, j.value, new.created_at, new.key, new.id FROM json_each(new.labels) AS j;
        END;

        CREATE TRIGGER labels_changed AFTER UPDATE OF labels, created_at ON records
            WHEN old.labels IS NOT new.labels OR old.created_at IS NOT new.created_at BEGIN
            DELETE FROM labels WHERE record = old.id;
            INSERT INTO labels SELECT j.key, j.value, new.created_at, new.key, new.id FROM json_each(coalesce(new.labels, '{}')) AS j;
        END;

        CREATE TRIGGER labels_removed AFTER DELETE ON records WHEN old.labels IS NOT NULL AND old.labels <> '{}' BEGIN
            DELETE FROM labels WHERE record = old.id;
        END;
        """;

    public const string Schedules = """
        CREATE INDEX tasks_due ON records (next_due) WHERE next_due IS NOT NULL;

        CREATE TABLE ready (
            record INTEGER NOT NULL,
            stage TEXT NOT NULL,
            queue TEXT NOT NULL,
            rank INTEGER NOT NULL,
            kind TEXT NOT NULL,
            needs TEXT NOT NULL,
            fair TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            key TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            not_before INTEGER,
            more TEXT,
            PRIMARY KEY (record, stage)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX ready_in_order ON ready (queue, rank, kind, needs, fair, created_at, key, stage, not_before, attempt, more);
        CREATE INDEX ready_delayed ON ready (queue, not_before) WHERE not_before IS NOT NULL;

        CREATE TABLE held (
            record INTEGER NOT NULL,
            stage TEXT NOT NULL,
            name TEXT NOT NULL,
            key TEXT NOT NULL,
            worker TEXT NOT NULL,
            weight INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            PRIMARY KEY (record, stage, name)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX held_by_name ON held (name);

        CREATE TRIGGER schedule_removed AFTER DELETE ON records BEGIN
            DELETE FROM ready WHERE record = old.id;
            DELETE FROM held WHERE record = old.id;
        END;
        """;

    /// <summary>
    /// The first holds the texts of errors, so that a search among them reads one page after the other, and of the records only those that it finds. They
    /// change when a stage fails, and with no other commit. The second holds nothing in nearly every database: keys that are of no task are taken off a count
    /// by it, and not looked for in each row.
    /// </summary>
    public const string LaterIndices = """
        CREATE INDEX IF NOT EXISTS tasks_by_error ON records (created_at DESC, key, status, errors)
            WHERE errors IS NOT NULL AND status IS NOT NULL AND deleted = 0;
        CREATE INDEX IF NOT EXISTS tasks_stray ON records (key) WHERE status IS NOT NULL
            AND NOT (key NOT GLOB '*[^A-Za-z0-9._-]*' AND key NOT GLOB '.*' AND key NOT GLOB '*..*' AND length(key) BETWEEN 1 AND 128);
        """;

    /// <summary>How many tasks a list holds of each status, so that a list of all need not count them. Triggers keep it, as they keep the labels.</summary>
    public const string Counts = """
        CREATE TABLE task_counts (status TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;

        INSERT INTO task_counts SELECT status, count(*) FROM records WHERE status IS NOT NULL AND deleted = 0 GROUP BY status;

        CREATE TRIGGER tasks_counted_in AFTER INSERT ON records WHEN new.status IS NOT NULL AND new.deleted = 0 BEGIN
            INSERT INTO task_counts VALUES (new.status, 1) ON CONFLICT (status) DO UPDATE SET number = number + 1;
        END;

        CREATE TRIGGER tasks_counted_anew AFTER UPDATE OF status, deleted ON records
            WHEN old.status IS NOT new.status OR old.deleted <> new.deleted BEGIN
            UPDATE task_counts SET number = number - 1 WHERE status = old.status AND old.deleted = 0;
            INSERT INTO task_counts SELECT new.status, 1 WHERE new.status IS NOT NULL AND new.deleted = 0
                ON CONFLICT (status) DO UPDATE SET number = number + 1;
        END;

        CREATE TRIGGER tasks_counted_out AFTER DELETE ON records WHEN old.status IS NOT NULL AND old.deleted = 0 BEGIN
            UPDATE task_counts SET number = number - 1 WHERE status = old.status;
        END;
        """;

    /// <summary>Orders and searches that came later; the columns are in new tables already.</summary>
    public const string Searches = $"""
        CREATE INDEX tasks_by_update ON records (updated_at DESC, created_at DESC, key) WHERE status IS NOT NULL AND deleted = 0 AND ({IsQuiet});
        CREATE INDEX tasks_by_priority ON records (priority DESC, created_at DESC, key) WHERE status IS NOT NULL AND deleted = 0;
        {LaterIndices}
        CREATE INDEX tasks_unsearched ON records (key) WHERE {IsUnsearched};
        """;

    public const string AddSearches = $"""
        ALTER TABLE records ADD COLUMN priority INTEGER;
        ALTER TABLE records ADD COLUMN errors TEXT;
        ALTER TABLE records ADD COLUMN searched INTEGER;
        {Searches}
        """;

    private const string Columns = """
        id, kind, key, etag, status, pipeline, labels, created_at, deleted, owed, version, progress,
        current_stage, started_at, completed_at, updated_at, workers, body
        """;

    /// <summary>Bodies stay beside their columns until they are written again.</summary>
    public static string FromVersion(long version) => $"""
        DROP TRIGGER labels_added;
        DROP TRIGGER labels_changed;
        DROP TRIGGER labels_removed;
        DROP TABLE labels;
        DROP INDEX tasks_by_age;
        DROP INDEX tasks_by_status;
        DROP INDEX tasks_by_pipeline;
        DROP INDEX tasks_owed;
        DROP INDEX tasks_deleted;
        ALTER TABLE records RENAME TO records_before;
        {Records}
        {Schedules}
        {Searches}
        INSERT INTO records (content_hash, changes, {Columns}) SELECT {(version == 1 ? "checksum, x''" : "hash, changes")}, {Columns} FROM records_before;
        DROP TABLE records_before;
        """;

    public const string AddSchedules = $"""
        ALTER TABLE records ADD COLUMN next_due INTEGER;
        ALTER TABLE records ADD COLUMN schedule_hash INTEGER NOT NULL DEFAULT 0;
        {Schedules}
        """;
}
