using System.Text;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Deltas;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>Rows keep room for what changes, so that a document which changes a little is told so on one page.</summary>
public sealed class SqliteRowTests : IDisposable
{
    private static readonly RecordKey Key = new(RecordKey.TaskKind, "demo");

    private static readonly TaskSummary Summary = Samples.Document("demo").GetSummary(Samples.Epoch);

    /// <summary>What is written again and again: a worker is at work on the task.</summary>
    private static readonly TaskSummary AtWork = Summary with { Workers = 1 };

    private readonly TempFolder _folder = new();
    private readonly SqliteRecordStore _store;

    public SqliteRowTests() => _store = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = Database });

    private string Database => _folder.File("tasks.db");

    [Theory]
    [InlineData(2_048, 0)]
    [InlineData(2_048, 1)]
    [InlineData(2_048, 64)]
    [InlineData(2_048, 1_000)]
    [InlineData(2_048, 1_500)]
    [InlineData(2_048, 1_750)]
    [InlineData(2_048, 3_800)]
    [InlineData(2_048, 10_600)]
    [InlineData(2_048, 4_000_000)]
    [InlineData(4_096, 0)]
    [InlineData(4_096, 1)]
    [InlineData(4_096, 64)]
    [InlineData(4_096, 1_000)]
    [InlineData(4_096, 3_500)]
    [InlineData(4_096, 3_800)]
    [InlineData(4_096, 10_600)]
    [InlineData(4_096, 4_000_000)]
    public void Layout_OfABody_IsSmallBesideIt(int page, int length)
    {
        var layout = RowLayout.For(page, 200, length);
        var isSmall = length < page - 496;
        Assert.InRange(layout.Body, length, length + Math.Max(page, length / 8));
        Assert.InRange(layout.Delta, isSmall ? 0 : page / 2, isSmall ? 0 : Math.Max(page, length / 8));
        if (isSmall)
        {
            Assert.InRange(layout.Body, length, length + Math.Max(63, length / 8));
            Assert.Equal(layout, RowLayout.For(page, 200, layout.Body));
        }
    }

    [Fact]
    public async Task NewDatabase_HasPagesOf2Kibibytes()
    {
        await WriteAsync(null, Json(10_600), Summary);
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: true);
        Assert.Equal(2_048, other.QueryNumber("PRAGMA page_size"));
    }

    /// <summary>Also in a database that an earlier program made, which keeps its pages of 4 KiB.</summary>
    [Theory]
    [InlineData(2_048)]
    [InlineData(4_096)]
    public async Task DocumentThatChangesALittle_IsOnePageForEachWrite(int page)
    {
        CreateDatabase(page);
        var etag = await WriteAsync(null, Json(10_600), AtWork);
        await WriteAsync("other", Json(10_600));
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false);
        other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        for (var i = 1; i <= 9; i++)
        {
            etag = await WriteAsync(etag, Changed(10_600, i), AtWork with { UpdatedAt = Samples.Epoch.AddMinutes(i) });
            Assert.Equal(Changed(10_600, i), await ReadAsync());
        }

        Assert.Equal(9, Frames(page));
    }

    [Theory]
    [InlineData(2_048)]
    [InlineData(4_096)]
    public async Task DocumentThatChangesMuch_IsWrittenOverWhereItStands(int page)
    {
        CreateDatabase(page);
        var etag = await WriteAsync(null, Json(10_600), AtWork);
        await WriteAsync("other", Json(10_600));
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false);
        other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var random = new Random(1);
        var another = $"\"{string.Concat(Enumerable.Range(0, 10_612).Select(_ => (char)('a' + random.Next(26))))}\"";
        await WriteAsync(etag, another, AtWork);
        Assert.Equal(another, await ReadAsync());

        // The leaf and the pages after it that hold letters: no list of free pages.
        var letters = (another.Length + page - 1) / page;
        Assert.InRange(Frames(page), letters, letters + 1);
    }

    /// <summary>Beside its columns while it is short, else in a row of its own; never in both, and gone with its record.</summary>
    [Fact]
    public async Task BodyThatGrowsAndShrinks_LeavesNothingBehind()
    {
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false);
        string? etag = null;
        foreach (var (i, length) in new[] { 10, 10_600, 20_600, 10, 10_600, 10_600 }.Index())
        {
            // Another status has it written as a whole.
            etag = await WriteAsync(etag, Json(length), Summary with { Status = i % 2 == 0 ? RunStatus.Paused : RunStatus.Running });
            Assert.Equal(Json(length), await ReadAsync());
            Assert.Equal(length > 10 ? 1 : 0, other.QueryNumber("SELECT count(*) FROM bodies"));
            Assert.Equal(length > 10 ? 0 : 1, other.QueryNumber("SELECT count(*) FROM records WHERE body IS NOT NULL"));
        }

        Assert.Equal([WriteVerdict.Deleted], await _store.CommitAsync([new RecordWrite(Key, etag, null, null)]));
        Assert.Equal(0, other.QueryNumber("SELECT count(*) FROM bodies"));
    }

    /// <summary>Changes join those before them until they are too many; then the body is written as a whole, and they begin anew.</summary>
    [Fact]
    public async Task AnyWrites_ByTwoProcesses_AreReadAsTheyWereWritten()
    {
        var random = new Random(3);
        using var second = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = Database });
        var stores = new[] { _store, second };
        var expected = new Dictionary<string, (string ETag, string Json)>();
        for (var i = 0; i < 2_000; i++)
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
            var summary = Summary with { TaskId = TaskId.Parse(id), Version = i, Status = random.Next(30) == 0 ? RunStatus.Paused : Summary.Status };
            var verdicts = await store.CommitAsync(
                [new RecordWrite(key, "stale", "\"other\""u8.ToArray(), summary), new RecordWrite(key, etag, Encoding.UTF8.GetBytes(json), summary)]);
            Assert.IsType<WriteVerdict.Conflict>(verdicts[0]);
            expected[id] = (Assert.IsType<WriteVerdict.Stored>(verdicts[1]).ETag!, json);
            var stored = (await stores[random.Next(2)].ReadAsync(key))!.Value;
            Assert.Equal(expected[id], (stored.ETag, Encoding.UTF8.GetString(stored.Body.Span)));
        }
    }

    /// <summary>That this store wrote the row last by all it knows is not enough.</summary>
    [Fact]
    public async Task ETagThatThisStoreWroteLast_ButAnotherReplaced_IsAConflict()
    {
        var etag = await WriteAsync(null, Json(10_600), Summary);
        etag = await WriteAsync(etag, Changed(10_600, 1), Summary);
        using var second = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = Database });
        var other = Assert.IsType<WriteVerdict.Stored>((await second.CommitAsync([Change(2)]))[0]).ETag;
        Assert.Equal(new WriteVerdict.Conflict(other), (await _store.CommitAsync([Change(3)]))[0]);
        Assert.Equal(Changed(10_600, 2), await ReadAsync());

        RecordWrite Change(int number) => new(Key, etag, Encoding.UTF8.GetBytes(Changed(10_600, number)), Summary);
    }

    /// <summary>Changes leave the columns alone that lists filter by; a status that is another is written there.</summary>
    [Fact]
    public async Task StatusThatChanges_BetweenSmallChanges_IsListed()
    {
        var etag = await WriteAsync(null, Json(10_600), Summary);
        foreach (var (i, status) in new[] { RunStatus.Running, RunStatus.Paused, RunStatus.Paused, RunStatus.Completed }.Index())
        {
            etag = await WriteAsync(etag, Changed(10_600, i + 1), Summary with { Status = status, Version = i + 1 });
            var listed = Assert.Single((await _store.QueryAsync(new TaskQuery { Statuses = [status] })).Tasks);
            Assert.Equal((status, i + 1L), (listed.Status, listed.Version));
        }
    }

    /// <summary>What was told of a row before a failure is not taken for what stands in it.</summary>
    [Fact]
    public async Task BatchThatFails_LeavesTheDocumentAndItsChangesAsTheyWere()
    {
        var etag = await WriteAsync(null, Json(10_600), Summary);
        etag = await WriteAsync(etag, Changed(10_600, 1), Summary);
        var write = new RecordWrite(Key, etag, Encoding.UTF8.GetBytes(Changed(10_600, 2)), Summary);
        await Assert.ThrowsAsync<NullReferenceException>(async () => await _store.CommitAsync([write, null!]));
        Assert.Equal(Changed(10_600, 1), await ReadAsync());
        etag = await WriteAsync(etag, Changed(10_600, 3), Summary);
        Assert.Equal(Changed(10_600, 3), await ReadAsync());
        await WriteAsync(etag, Changed(10_600, 4), Summary);
        Assert.Equal(Changed(10_600, 4), await ReadAsync());
    }

    [Fact]
    public async Task ChangesThatWereEdited_AreDamage()
    {
        var etag = await WriteAsync(null, Json(10_600), Summary);
        await WriteAsync(etag, Changed(10_600, 1), Summary);
        using (var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false))
        {
            other.Execute("UPDATE records SET changes = zeroblob(length(changes))");
        }

        Assert.Equal(StoreFault.DamagedRecord, (await Assert.ThrowsAsync<StoreException>(ReadAsync)).Fault);
    }

    /// <summary>Also where somebody took the trouble to give them the right hash.</summary>
    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 1 }, "no end")]
    [InlineData(new byte[] { 0, 0xff, 0xff, 3, 0 }, "more than there is")]
    public async Task ChangesOfAnotherBody_AreDamage(byte[] changes, string why)
    {
        await WriteAsync(null, Json(10_600), Summary);
        using (var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false))
        {
            using var body = other.Prepare("SELECT body FROM bodies");
            var hash = RecordChecksum.Of(Key, Encoding.UTF8.GetBytes((string)body.ExecuteScalar()!), changes);
            other.Execute(FormattableString.Invariant($"UPDATE records SET changes = x'{Convert.ToHexString(changes)}', content_hash = {hash}"));
        }

        var error = await Assert.ThrowsAsync<StoreException>(ReadAsync);
        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Matches($"task demo is damaged.*{why}", error.Message);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(10_600)]
    public async Task Document_IsReadAsItWasWritten(int length)
    {
        await WriteAsync(null, Json(length), Summary);
        Assert.Equal(Json(length), Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span));
    }

    [Fact]
    public async Task RecordThatIsNoDocument_KeepsItsBlanks()
    {
        await WriteAsync(null, "no JSON, perhaps  ", summary: null);
        Assert.Equal("no JSON, perhaps  ", Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    /// <summary>A JSON text of that length, no two alike in their content.</summary>
    private static string Json(int length) => $"\"{string.Concat(Enumerable.Range(length, length).Select(i => (char)('a' + (i % 26))))[..(length - 2)]}\"";

    /// <summary>The same text with some letters of it replaced, of different lengths.</summary>
    private static string Changed(int length, int number) => Json(length).Insert(7_000, $"change {number}").Insert(900, new string('x', number));

    private static string Edit(string json, Random random)
    {
        var at = random.Next(1, json.Length - 1);
        return json.Remove(at, random.Next(Math.Min(50, json.Length - 1 - at))).Insert(at, Json(random.Next(2, 60)).Trim('"'));
    }

    private async Task<string> ReadAsync() => Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span);

    /// <summary>An empty database with pages of that size.</summary>
    private void CreateDatabase(int page)
    {
        using var first = new SqliteConnection($"Data Source={Database};Pooling=False");
        first.Open();
        first.Execute($"PRAGMA page_size = {page}; VACUUM");
    }

    private long Frames(int page) => (new FileInfo(Database + "-wal").Length - 32) / (page + 24);

    private Task<string> WriteAsync(string? etag, string body, TaskSummary? summary) => WriteAsync(Key, etag, body, summary);

    private Task<string> WriteAsync(string id, string body) => WriteAsync(Key with { Id = id }, null, body, Summary with { TaskId = TaskId.Parse(id) });

    private async Task<string> WriteAsync(RecordKey key, string? etag, string body, TaskSummary? summary)
    {
        var schedule = summary is { Workers: > 0 } ? new TaskSchedule([], Samples.Epoch) : TaskSchedule.Nothing;
        var write = new RecordWrite(key, etag, Encoding.UTF8.GetBytes(body), summary) { Schedule = schedule };
        var verdict = Assert.Single(await _store.CommitAsync([write]));
        return Assert.IsType<WriteVerdict.Stored>(verdict).ETag!;
    }
}
