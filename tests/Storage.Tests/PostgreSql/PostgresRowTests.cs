using System.Globalization;
using System.Text;
using Npgsql;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.PostgreSql;

/// <summary>A document that changes a little is written as what changed of it, beside the body as it was last written whole.</summary>
public sealed class PostgresRowTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly RecordKey Key = new(RecordKey.TaskKind, "demo");

    private static readonly TaskSummary Summary = Samples.Document("demo").GetSummary(Samples.Epoch);

    private string _database = "";
    private PostgresRecordStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.NewDatabaseAsync();
        _store = Open();
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SmallChanges_LeaveTheBaseAlone()
    {
        var etag = await WriteAsync(null, Json(10_600));
        for (var i = 1; i <= 9; i++)
        {
            etag = await WriteAsync(etag, Changed(i));
            Assert.Equal(Changed(i), await ReadAsync());
            Assert.Equal("10600 true", await AskAsync("SELECT length(base) || ' ' || (length(changes) BETWEEN 1 AND 200) FROM records"));
        }
    }

    [Fact]
    public async Task ChangesThatAreTooMany_BecomeTheBase_AndBeginAnew()
    {
        const string Lengths = "SELECT length(base) || ' ' || coalesce(length(changes), 0) FROM records";
        var etag = await WriteAsync(null, Json(10_600));
        etag = await WriteAsync(etag, Changed(1_000));
        Assert.Matches("^10600 10[0-9]{2}$", await AskAsync(Lengths));
        etag = await WriteAsync(etag, Changed(3_000));
        Assert.Equal(Changed(3_000), await ReadAsync());
        Assert.Equal($"{Changed(3_000).Length} 0", await AskAsync(Lengths));
        await WriteAsync(etag, Changed(3_001));
        Assert.Equal(Changed(3_001), await ReadAsync());
        Assert.Matches($"^{Changed(3_000).Length} [1-9][0-9]?$", await AskAsync(Lengths));
    }

    /// <summary>The server writes the new row beside the old one: no index has to be told, and no piece of the base is written again.</summary>
    [Fact]
    public async Task SmallChanges_TouchNoIndexAndNoPieceOfTheBase()
    {
        var etag = await WriteAsync(null, Json(10_600));
        var before = await AskAsync(Pieces);
        for (var i = 1; i <= 200; i++)
        {
            etag = await WriteAsync(etag, Changed(i));
        }

        Assert.Equal(before, await AskAsync(Pieces));
    }

    /// <summary>Two programs write the same tasks in turn: what one knows of a row is of use only as long as nobody else wrote it.</summary>
    [Fact]
    public async Task AnyWrites_ByTwoPrograms_AreReadAsTheyWereWritten()
    {
        var random = new Random(3);
        using var second = Open();
        var stores = new[] { _store, second };
        var expected = new Dictionary<string, (string ETag, string Json)>();
        for (var i = 0; i < 800; i++)
        {
            var id = $"task-{random.Next(6)}";
            var store = stores[random.Next(20) == 0 ? 1 : 0];
            var key = Key with { Id = id };
            if (random.Next(40) == 0 && expected.Remove(id, out var gone))
            {
                Assert.Equal([WriteVerdict.Deleted], await store.CommitAsync([new RecordWrite(key, gone.ETag, null, null)]));
                Assert.Null(await stores[random.Next(2)].ReadAsync(key));
            }

            var (etag, json) = expected.TryGetValue(id, out var last) ? (last.ETag, Edit(last.Json, random)) : (null, Json(random.Next(100, 40_000)));
            json = random.Next(100) == 0 ? Json(random.Next(100, 40_000)) : json;
            var status = random.Next(30) == 0 ? RunStatus.Paused : Summary.Status;
            var summary = Summary with { TaskId = TaskId.Parse(id), Version = i, Status = status };
            var stale = await store.CommitAsync([new RecordWrite(key, "stale", "\"other\""u8.ToArray(), summary)]);
            Assert.IsType<WriteVerdict.Conflict>(stale[0]);
            var verdicts = await store.CommitAsync([new RecordWrite(key, etag, Encoding.UTF8.GetBytes(json), summary)]);
            expected[id] = (Assert.IsType<WriteVerdict.Stored>(verdicts[0]).ETag!, json);
            var stored = (await stores[random.Next(2)].ReadAsync(key))!.Value;
            Assert.Equal(expected[id], (stored.ETag, Encoding.UTF8.GetString(stored.Body.Span)));
            if (i % 20 == 0)
            {
                var listed = (await store.QueryAsync(new TaskQuery { IdPrefix = id })).Tasks;
                Assert.Equal((status, (long)i), (listed[0].Status, listed[0].Version));
            }
        }
    }

    [Fact]
    public async Task ETagThatThisProgramWroteLast_ButAnotherReplaced_IsAConflict()
    {
        var etag = await WriteAsync(null, Json(10_600));
        etag = await WriteAsync(etag, Changed(1));
        using var second = Open();
        var other = Assert.IsType<WriteVerdict.Stored>((await second.CommitAsync([Change(2)]))[0]).ETag;
        Assert.Equal(new WriteVerdict.Conflict(other), (await _store.CommitAsync([Change(3)]))[0]);
        Assert.Equal(Changed(2), await ReadAsync());

        RecordWrite Change(int number) => Write(etag, Changed(number), Summary);
    }

    /// <summary>A change that is small but for what lists or queues look for is told to them, and still leaves the base alone.</summary>
    [Fact]
    public async Task StatusAndScheduleThatChange_BetweenSmallChanges_AreFound()
    {
        var etag = await WriteAsync(null, Json(10_600));
        foreach (var (i, status) in new[] { RunStatus.Running, RunStatus.Paused, RunStatus.Paused, RunStatus.Running, RunStatus.Running }.Index())
        {
            var summary = Summary with { Status = status, Version = i + 1 };
            DateTimeOffset? due = i < 3 ? Samples.Epoch.AddMinutes(i) : null;
            var verdicts = await _store.CommitAsync([Write(etag, Changed(i + 1), summary) with { Schedule = new TaskSchedule([], due) }]);
            etag = Assert.IsType<WriteVerdict.Stored>(verdicts[0]).ETag;
            var listed = Assert.Single((await _store.QueryAsync(new TaskQuery { Statuses = [status] })).Tasks);
            Assert.Equal((status, i + 1L), (listed.Status, listed.Version));
            Assert.Equal(due is null ? 0 : 1, (await _store.FindDueAsync(Samples.Epoch.AddMinutes(i), 10)).Length);
            Assert.Equal("10600", await AskAsync("SELECT length(base) FROM records"));
            Assert.Equal(Changed(i + 1), await ReadAsync());
        }
    }

    /// <summary>What was told of a row before a failure is not taken for what stands in it.</summary>
    [Fact]
    public async Task BatchThatIsUndone_LeavesTheDocumentAndItsChangesAsTheyWere()
    {
        var etag = await WriteAsync(null, Json(10_600));
        etag = await WriteAsync(etag, Changed(1));
        await PostgresServer.ExecuteAsync(
            _database,
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '22000'; END $body$;
            CREATE TRIGGER refuse BEFORE INSERT ON records FOR EACH ROW WHEN (new.id = 'bad') EXECUTE FUNCTION refuse();
            """);
        var bad = new RecordWrite(Key with { Id = "bad" }, null, "{}"u8.ToArray(), Summary with { TaskId = TaskId.Parse("bad") });

        var error = await Assert.ThrowsAsync<StoreException>(async () => await _store.CommitAsync([Write(etag, Changed(2), Summary), bad]));

        Assert.Equal(StoreFault.Refused, error.Fault);
        Assert.Equal(Changed(1), await ReadAsync());
        etag = await WriteAsync(etag, Changed(3));
        Assert.Equal(Changed(3), await ReadAsync());
        await WriteAsync(etag, Changed(4));
        Assert.Equal(Changed(4), await ReadAsync());
    }

    /// <summary>A write whose answer was lost: its writer reads the record, and goes on from an ETag that this program does not know the base of.</summary>
    [Fact]
    public void WriteWhoseAnswerWasLost_IsFollowedByAWholeOne()
    {
        var partition = new PostgresPartition(new ETagSource(), 1_000_000);
        var first = partition.Plan(0, Write(null, Json(10_600), Summary));
        partition.Note(first);
        var lost = partition.Plan(0, Write(first.ETag, Changed(1), Summary));
        Assert.Equal((true, false), (lost.IsSmall, lost.Base is not null));

        var next = partition.Plan(0, Write(lost.ETag, Changed(2), Summary));
        Assert.Equal((false, true), (next.IsSmall, next.Base is not null));
        Assert.True(partition.Plan(0, Write(first.ETag, Changed(2), Summary)).IsSmall);
    }

    [Fact]
    public async Task ChangesThatWereEdited_AreDamage()
    {
        var etag = await WriteAsync(null, Json(10_600));
        await WriteAsync(etag, Changed(1));
        await PostgresServer.ExecuteAsync(_database, "UPDATE records SET changes = NULL");
        Assert.Equal(StoreFault.DamagedRecord, (await Assert.ThrowsAsync<StoreException>(ReadAsync)).Fault);
    }

    /// <summary>Also where somebody took the trouble to give them the right checksum.</summary>
    [Fact]
    public async Task ChangesOfAnotherBase_AreDamage()
    {
        await WriteAsync(null, Json(10_600));
        byte[] changes = [0, 0xff, 0xff, 3, 0];
        var checksum = RecordChecksum.Of(Key, Encoding.UTF8.GetBytes(Json(10_600)), changes);
        await PostgresServer.ExecuteAsync(
            _database, FormattableString.Invariant($"UPDATE records SET changes = '\\x{Convert.ToHexString(changes)}', checksum = {checksum}"));
        var error = await Assert.ThrowsAsync<StoreException>(ReadAsync);
        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("changes more than there is", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A record that is no document of a task is in no list, and has nothing but its body.</summary>
    [Fact]
    public async Task RecordThatIsNoTask_IsWrittenWhole()
    {
        var key = new RecordKey("counter/state", "one");
        string? etag = null;
        for (var i = 0; i < 3; i++)
        {
            var verdicts = await _store.CommitAsync([new RecordWrite(key, etag, Encoding.UTF8.GetBytes(Changed(i)), null)]);
            etag = Assert.IsType<WriteVerdict.Stored>(verdicts[0]).ETag;
            Assert.Equal(Changed(i), Encoding.UTF8.GetString((await _store.ReadAsync(key))!.Value.Body.Span));
            Assert.Equal("true", await AskAsync("SELECT (changes IS NULL)::text FROM records"));
        }
    }

    private const string Pieces = """
        SELECT pg_relation_size(reltoastrelid) || ' ' || pg_indexes_size(oid) FROM pg_class WHERE oid = 'records'::regclass
        """;

    private PostgresRecordStore Open() => new(new PostgresStorageOptions { ConnectionString = _database });

    private static RecordWrite Write(string? etag, string json, TaskSummary summary) => new(Key, etag, Encoding.UTF8.GetBytes(json), summary);

    private async Task<string> WriteAsync(string? etag, string json) =>
        Assert.IsType<WriteVerdict.Stored>((await _store.CommitAsync([Write(etag, json, Summary)]))[0]).ETag!;

    private async Task<string> ReadAsync() => Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span);

    private async Task<string> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false;Search Path=videogen");
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture)!;
    }

    /// <summary>A JSON text of that length, no two alike in their content.</summary>
    private static string Json(int length) => $"\"{string.Concat(Enumerable.Range(length, length).Select(i => (char)('a' + (i % 26))))[..(length - 2)]}\"";

    /// <summary>The same text with something put in at two places, of different lengths.</summary>
    private static string Changed(int number) => Json(10_600).Insert(7_000, $"change {number}").Insert(900, new string('x', number));

    private static string Edit(string json, Random random)
    {
        var at = random.Next(1, json.Length - 1);
        var removed = random.Next(Math.Min(60, json.Length - 1 - at));
        return json.Remove(at, removed).Insert(at, new string((char)('A' + random.Next(26)), random.Next(120)));
    }
}
