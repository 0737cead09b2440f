using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>A database of an earlier form is brought to that of today when it is opened; nothing of it is lost.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    /// <summary>As the first program made it, but for two columns.</summary>
    private static string Tables(string hash, string changes) => $$"""
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            etag TEXT NOT NULL,
            {{hash}} INTEGER NOT NULL,
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
            workers INTEGER,{{changes}}
            body TEXT NOT NULL,
            UNIQUE (kind, key)
        ) STRICT;

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

    private readonly TempFolder _folder = new();

    private string Database => _folder.File("tasks.db");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Tasks_AreReadListedAndWrittenAsBefore(int version)
    {
        Create(version);
        using var host = SqliteStores.Open(Database);
        var stored = await host.ReadAsync("one");
        Assert.Equal((Samples.Document("one").Json, "first-one"), (stored.State!.Json, stored.ETag));
        Assert.Equal(Samples.Document("two").Json, (await host.ReadAsync("two")).State!.Json);
        Assert.Equal(2, (await host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal("two", Assert.Single((await host.Index.QueryAsync(new TaskQuery { Label = new("team", "two") })).Tasks).TaskId.Value);

        var etag = stored.ETag;
        foreach (var note in (int[])[9_000, 9_001, 10])
        {
            var changed = Samples.Document("one", note: new string('x', note));
            etag = await host.WriteAsync(changed, etag);
            Assert.Equal(changed.Json, (await host.ReadAsync("one")).State!.Json);
        }
    }

    [Theory]
    [InlineData(1, "checksum")]
    [InlineData(2, "hash")]
    public async Task ProgramOfThenThatStillRuns_CannotWriteAnyMore(int version, string hash)
    {
        Create(version);
        using var old = new SqliteConnection($"Data Source={Database};Pooling=False");
        old.Open();
        using var update = old.CreateCommand();
#pragma warning disable CA2100 // The names are those above.
        update.CommandText = $"UPDATE records SET etag = 'old', {hash} = 1, body = '{{}}' WHERE key = 'one' AND etag = 'first-one'";
#pragma warning restore CA2100
        update.Prepare();
        using var host = SqliteStores.Open(Database);
        await host.ReadAsync("one");
        Assert.Contains(hash, Assert.Throws<SqliteException>(() => update.ExecuteNonQuery()).Message, StringComparison.Ordinal);
        Assert.Equal("first-one", (await host.ReadAsync("one")).ETag);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TwoProcessesThatOpenItAtOnce_BringItUpOnce(int version)
    {
        Create(version);
        using var first = SqliteStores.Open(Database);
        using var second = SqliteStores.Open(Database);
        var found = await Task.WhenAll(Task.Run(() => first.ReadAsync("one")), Task.Run(() => second.ReadAsync("two")));
        Assert.All(found, stored => Assert.True(stored.RecordExists));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A database as the programs of that version made it, with two tasks.</summary>
    private void Create(int version)
    {
        Execute(version == 1 ? Tables("checksum", "") : Tables("hash", " changes BLOB NOT NULL,"));
        Execute($"PRAGMA application_id = {SqliteSchema.ApplicationId}; PRAGMA user_version = {version}");
        foreach (var id in (string[])["one", "two"])
        {
            var json = Encoding.UTF8.GetBytes(Samples.Document(id).Json);

            // The first programs left no room after a document, later ones some; and the second form told one of them by its changes.
            byte[] body = id == "one" ? [.. json, .. "   "u8] : json;
            var changes = new byte[version == 2 && id == "two" ? 1_000 : 0];
            if (changes.Length > 0)
            {
                body = Encoding.UTF8.GetBytes(Samples.Document(id, note: "earlier").Json);
                Assert.True(BodyDelta.TryWrite(body, json, changes));
            }

            var hash = RecordChecksum.Of(new RecordKey(RecordKey.TaskKind, id), body, changes).ToString(CultureInfo.InvariantCulture);
            var text = Encoding.UTF8.GetString(body).Replace("'", "''", StringComparison.Ordinal);
            var (columns, values) = version == 1 ? ("checksum", hash) : ("hash, changes", $"{hash}, x'{Convert.ToHexString(changes)}'");
            Execute(
                $$"""
                INSERT INTO records (kind, key, etag, {{columns}}, status, labels, created_at, version, progress, updated_at, workers, body)
                VALUES ('{{RecordKey.TaskKind}}', '{{id}}', 'first-{{id}}', {{values}}, 'running', '{"team":"{{id}}"}', 5, 1, 0.5, 7, 0, '{{text}}')
                """);
        }
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
