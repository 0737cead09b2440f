using System.Globalization;
using Microsoft.Data.Sqlite;
using VideoGen.Grains.Index;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>A database of the first form is brought to that of today when it is opened; nothing of it is lost.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    /// <summary>As the first program made it.</summary>
    private const string Tables = """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            etag TEXT NOT NULL,
            checksum INTEGER NOT NULL,
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

    public SqliteUpgradeTests()
    {
        Execute(Tables + $"PRAGMA application_id = {SqliteSchema.ApplicationId}; PRAGMA user_version = 1");
        foreach (var id in (string[])["one", "two"])
        {
            var document = Samples.Document(id);

            // The first programs left no room after a document, later ones some.
            var json = document.Json + (id == "one" ? "   " : "");
            var hash = RecordChecksum.Of(new RecordKey(RecordKey.TaskKind, id), System.Text.Encoding.UTF8.GetBytes(json));
            Execute(
                $$"""
                INSERT INTO records (kind, key, etag, checksum, status, labels, created_at, version, progress, updated_at, workers, body)
                VALUES ('{{RecordKey.TaskKind}}', '{{id}}', 'first-{{id}}', {{hash.ToString(CultureInfo.InvariantCulture)}}, 'running', '{"team":"{{id}}"}', 5, {{document.Commit.Version}}, 0.5, 7, 0, '{{json.Replace("'", "''", StringComparison.Ordinal)}}')
                """);
        }
    }

    private string Database => _folder.File("tasks.db");

    [Fact]
    public async Task Tasks_AreReadListedAndWrittenAsBefore()
    {
        using var host = SqliteStores.Open(Database);
        var stored = await host.ReadAsync("one");
        Assert.Equal((Samples.Document("one").Json, "first-one"), (stored.State!.Json, stored.ETag));
        Assert.Equal(Samples.Document("two").Json, (await host.ReadAsync("two")).State!.Json);
        Assert.Equal(2, (await host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal("two", Assert.Single((await host.Index.QueryAsync(new TaskQuery { Label = new("team", "two") })).Tasks).TaskId.Value);

        var changed = Samples.Document("one", note: new string('x', 9_000));
        await host.WriteAsync(changed, stored.ETag);
        Assert.Equal(changed.Json, (await host.ReadAsync("one")).State!.Json);
    }

    [Fact]
    public async Task ProgramOfThenThatStillRuns_CannotWriteAnyMore()
    {
        using var old = new SqliteConnection($"Data Source={Database};Pooling=False");
        old.Open();
        using var update = old.CreateCommand();
        update.CommandText = "UPDATE records SET etag = 'old', checksum = 1, body = '{}' WHERE key = 'one' AND etag = 'first-one'";
        update.Prepare();
        using var host = SqliteStores.Open(Database);
        await host.ReadAsync("one");
        Assert.Contains("checksum", Assert.Throws<SqliteException>(() => update.ExecuteNonQuery()).Message, StringComparison.Ordinal);
        Assert.Equal("first-one", (await host.ReadAsync("one")).ETag);
    }

    [Fact]
    public async Task TwoProcessesThatOpenItAtOnce_BringItUpOnce()
    {
        using var first = SqliteStores.Open(Database);
        using var second = SqliteStores.Open(Database);
        var found = await Task.WhenAll(Task.Run(() => first.ReadAsync("one")), Task.Run(() => second.ReadAsync("two")));
        Assert.All(found, stored => Assert.True(stored.RecordExists));
    }

    public void Dispose() => _folder.Dispose();

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
