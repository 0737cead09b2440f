using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.PostgreSql;

/// <summary>
/// Writes of one kind (first ones, small changes, other changes, or deletions) as one statement. Each column of all writes is one parameter, an array, so the
/// statement is the same however many there are, and the server prepares it once. Small changes touch one row each and no index; the other statements write the
/// schedules as well, of those records alone that they wrote.
/// </summary>
internal sealed class PostgresBatch
{
    private const string Columns =
        "kind, id, etag, checksum, status, pipeline, labels, created_at, updated_at, deleted, owed, next_due, schedule_hash, summary, base, "
        + "priority, errors, searched";

    private const string Writes = """
        WITH w AS MATERIALIZED (
            SELECT n, kind, id, expected, etag, checksum, status, pipeline, label_texts::text[] AS labels, created_at, updated_at, deleted, owed, next_due,
                schedule_hash, summary, base, changes, priority, errors, checksum AS searched
            FROM unnest(
                $1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[],
                $12::boolean[], $13::boolean[], $14::bigint[], $15::bigint[], $16::text[], $17::bytea[], $18::bytea[],
                $19::int[], $20::text[])
                AS x (
                    n, kind, id, expected, etag, checksum, status, pipeline, label_texts, created_at, updated_at, deleted, owed, next_due, schedule_hash,
                    summary, base, changes, priority, errors)),
        """;

    private const string Schedules = """
        brought AS (
            INSERT INTO ready (task, stage, queue, rank, kind, needs, fair, created_at, attempt, not_before, more)
            SELECT d.id, x.stage, x.queue, x.rank, x.kind, x.needs, x.fair, x.created_at, x.attempt, x.not_before, x.more
            FROM unnest($21::int[], $22::text[], $23::text[], $24::bigint[], $25::text[], $26::text[], $27::text[], $28::bigint[], $29::int[], $30::bigint[],
                $31::text[]) AS x (n, stage, queue, rank, kind, needs, fair, created_at, attempt, not_before, more)
            JOIN done d ON d.n = x.n WHERE d.moved),
        taken AS (
            INSERT INTO held (task, stage, name, worker, weight, expires)
            SELECT d.id, x.stage, x.name, x.worker, x.weight, x.expires
            FROM unnest($32::int[], $33::text[], $34::text[], $35::text[], $36::int[], $37::bigint[]) AS x (n, stage, name, worker, weight, expires)
            JOIN done d ON d.n = x.n WHERE d.moved)
        SELECT n FROM done
        """;

    private const string First = $"""
        {Writes}
        made AS (
            INSERT INTO records ({Columns}) SELECT {Columns} FROM w ON CONFLICT (kind, id) DO NOTHING RETURNING kind, id),
        done AS (SELECT w.n, w.id, true AS moved FROM made JOIN w ON w.kind = made.kind AND w.id = made.id),
        {Schedules}
        """;

    private const string Changes = $"""
        {Writes}
        done AS (
            UPDATE records r SET
                etag = w.etag, checksum = w.checksum, status = w.status, pipeline = w.pipeline, labels = w.labels, created_at = w.created_at,
                updated_at = w.updated_at, deleted = w.deleted, owed = w.owed, next_due = w.next_due, schedule_hash = w.schedule_hash, summary = w.summary,
                base = coalesce(w.base, r.base), changes = w.changes, priority = w.priority, errors = w.errors, searched = w.searched
            FROM w JOIN records o ON o.kind = w.kind AND o.id = w.id AND o.etag = w.expected
            WHERE r.kind = w.kind AND r.id = w.id AND r.etag = w.expected
            RETURNING w.n, w.id, w.schedule_hash <> o.schedule_hash AS moved),
        no_longer_ready AS (DELETE FROM ready USING done WHERE done.moved AND ready.task = done.id),
        no_longer_held AS (DELETE FROM held USING done WHERE done.moved AND held.task = done.id),
        {Schedules}
        """;

    /// <summary>Only tasks have a base that is known.</summary>
    private const string SmallChanges = $"""
        UPDATE records r SET
            etag = w.etag, checksum = w.checksum, searched = w.checksum, updated_at = w.updated_at, summary = w.summary, changes = w.changes
        FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bytea[])
            AS w (n, id, expected, etag, checksum, updated_at, summary, changes)
        WHERE r.kind = '{RecordKey.TaskKind}' AND r.id = w.id AND r.etag = w.expected
        RETURNING w.n
        """;

    private const string Deletions = $"""
        WITH w AS MATERIALIZED (SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS w (n, kind, id, expected)),
        done AS (
            DELETE FROM records r USING w WHERE r.kind = w.kind AND r.id = w.id AND r.etag = w.expected
            RETURNING w.n, w.id, w.kind = '{RecordKey.TaskKind}' AS moved),
        no_longer_ready AS (DELETE FROM ready USING done WHERE done.moved AND ready.task = done.id),
        no_longer_held AS (DELETE FROM held USING done WHERE done.moved AND held.task = done.id)
        SELECT n FROM done
        """;

    private readonly string _sql;
    private readonly List<PostgresWrite> _writes = [];

    private PostgresBatch(string sql) => _sql = sql;

    /// <summary>The statements for all of the writes, in their order.</summary>
    public static IEnumerable<NpgsqlBatchCommand> CommandsFor(IReadOnlyList<PostgresWrite> writes)
    {
        var (first, small, changes, deletions) =
            (new PostgresBatch(First), new PostgresBatch(SmallChanges), new PostgresBatch(Changes), new PostgresBatch(Deletions));
        foreach (var write in writes)
        {
            (write switch { { ETag: null } => deletions, { Write.ExpectedETag: null } => first, { IsSmall: true } => small, _ => changes })._writes.Add(write);
        }

        return new[] { first, small, changes, deletions }.Where(batch => batch._writes.Count > 0).Select(batch => batch.ToCommand());
    }

    /// <summary>A label as lists search for it: the JSON of its name and value, which no other label has.</summary>
    public static string LabelText(string name, string value) => $"[{JsonText(name)},{JsonText(value)}]";

    private static string JsonText(string text) => JsonSerializer.Serialize(text, TaskJson.Default.String);

    /// <summary>The labels as the text form of an array; null for none.</summary>
    private static string? LabelsOf(TaskSummary? summary) => summary is null || summary.Labels.IsEmpty
        ? null
        : $"{{{string.Join(',', summary.Labels.Select(label => Quoted(LabelText(label.Key, label.Value))))}}}";

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private NpgsqlBatchCommand ToCommand()
    {
        // In one order everywhere, so that two batches with the same records seldom wait for each other crosswise.
        _writes.Sort(static (one, other) => string.CompareOrdinal(one.Write.Key.Id, other.Write.Key.Id));
        var command = new NpgsqlBatchCommand(_sql);
        Add(command, NpgsqlDbType.Integer, _writes.Select(write => write.Number));
        if (_sql != SmallChanges)
        {
            Add(command, NpgsqlDbType.Text, _writes.Select(write => write.Write.Key.Kind));
        }

        Add(command, NpgsqlDbType.Text, _writes.Select(write => write.Write.Key.Id));
        Add(command, NpgsqlDbType.Text, _writes.Select(write => write.Write.ExpectedETag));
        if (_sql == Deletions)
        {
            return command;
        }

        Add(command, NpgsqlDbType.Text, _writes.Select(write => write.ETag));
        Add(command, NpgsqlDbType.Bigint, _writes.Select(write => write.Checksum));
        if (_sql == SmallChanges)
        {
            Add(command, NpgsqlDbType.Bigint, _writes.Select(write => StoredTime.ToTicks(write.Write.Summary!.UpdatedAt)));
            Add(command, NpgsqlDbType.Text, _writes.Select(write => JsonOf(write.Write.Summary)));
            Add(command, NpgsqlDbType.Bytea, _writes.Select(write => write.Changes));
            return command;
        }

        AddRecords(command);
        AddReady(command);
        AddHeld(command);
        return command;
    }

    private static string? JsonOf(TaskSummary? summary) =>
        summary is null ? null : JsonSerializer.Serialize(summary with { Errors = null }, SummaryJson.Default.TaskSummary);

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | type });

    private void AddRecords(NpgsqlBatchCommand command)
    {
        var summaries = _writes.ConvertAll(write => write.Write.Summary);
        Add(command, NpgsqlDbType.Text, summaries.Select(summary => summary?.Status.ToWireName()));
        Add(command, NpgsqlDbType.Text, summaries.Select(summary => summary?.Pipeline));
        Add(command, NpgsqlDbType.Text, summaries.Select(LabelsOf));
        Add(command, NpgsqlDbType.Bigint, summaries.Select(summary => StoredTime.ToTicks(summary?.CreatedAt)));
        Add(command, NpgsqlDbType.Bigint, summaries.Select(summary => StoredTime.ToTicks(summary?.UpdatedAt)));
        Add(command, NpgsqlDbType.Boolean, summaries.Select(summary => summary?.Deleted ?? false));
        Add(command, NpgsqlDbType.Boolean, summaries.Select(summary => summary?.Owed ?? false));
        Add(command, NpgsqlDbType.Bigint, _writes.Select(write => StoredTime.ToTicks(write.Schedule.Value.NextDue)));
        Add(command, NpgsqlDbType.Bigint, _writes.Select(write => write.Schedule.Hash));
        Add(command, NpgsqlDbType.Text, summaries.Select(JsonOf));
        Add(command, NpgsqlDbType.Bytea, _writes.Select(write => write.Base));
        Add(command, NpgsqlDbType.Bytea, _writes.Select(write => write.Changes));
        Add(command, NpgsqlDbType.Integer, summaries.Select(summary => summary is null ? (int?)null : summary.Priority ?? 0));
        Add(command, NpgsqlDbType.Text, summaries.Select(summary => summary?.Errors));
    }

    private void AddReady(NpgsqlBatchCommand command)
    {
        var rows = _writes
            .SelectMany(write => write.Schedule.Value.Ready, (write, ready) => (write.Number, Row: ReadyRow.Of(ready)))
            .ToList();
        Add(command, NpgsqlDbType.Integer, rows.Select(row => row.Number));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Stage));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Queue));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Row.Rank));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Kind));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Needs));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Fair));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Row.CreatedAt));
        Add(command, NpgsqlDbType.Integer, rows.Select(row => (int)row.Row.Attempt));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Row.NotBefore));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.More));
    }

    private void AddHeld(NpgsqlBatchCommand command)
    {
        var rows = _writes
            .SelectMany(write => write.Schedule.Value.Held, (write, held) => (write.Number, Row: HeldRow.Of(held)))
            .ToList();
        Add(command, NpgsqlDbType.Integer, rows.Select(row => row.Number));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Stage));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Limit));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Row.Worker));
        Add(command, NpgsqlDbType.Integer, rows.Select(row => (int)row.Row.Weight));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Row.Expires));
    }
}
