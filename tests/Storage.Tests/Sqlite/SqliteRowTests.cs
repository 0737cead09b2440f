using System.Text;
using Microsoft.Data.Sqlite;
using VideoGen.Grains.Index;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;

namespace VideoGen.Storage.Tests.Sqlite;

/// <summary>Rows keep some room, so that a document which grows a little is written over where it stands.</summary>
public sealed class SqliteRowTests : IDisposable
{
    private const int PageSize = 4096;

    private static readonly RecordKey Key = new(RecordKey.TaskKind, "demo");

    private static readonly TaskSummary Summary = Samples.Document("demo").GetSummary(Samples.Epoch);

    private readonly TempFolder _folder = new();
    private readonly SqliteRecordStore _store;

    public SqliteRowTests() => _store = new SqliteRecordStore(new SqliteStorageOptions { DatabasePath = Database });

    private string Database => _folder.File("tasks.db");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1_000)]
    [InlineData(10_600)]
    [InlineData(4_000_000)]
    public void Room_IsAtMostAnEighthMore(int length)
    {
        var room = SqliteWriter.RoomFor(length);
        Assert.InRange(room, length, length + Math.Max(63, length / 8));
        Assert.Equal(room, SqliteWriter.RoomFor(room));
    }

    [Fact]
    public async Task DocumentThatGrowsALittle_IsWrittenOverWhereItStands()
    {
        var etag = await WriteAsync(null, Json(10_600), Summary);
        await WriteAsync("other", Json(10_600));
        etag = await WriteAsync(etag, Json(10_610), Summary);
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(10), readOnly: false);
        other.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        etag = await WriteAsync(etag, Json(10_617), Summary);
        await WriteAsync(etag, Json(10_590), Summary);

        // The leaf and two pages after it, twice: no list of free pages, and no page that did not change.
        var frames = (new FileInfo(Database + "-wal").Length - 32) / (PageSize + 24);
        Assert.Equal(6, frames);
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

    [Fact]
    public async Task RowOfABuildThatLeftNoRoom_IsReadAndWritten()
    {
        var etag = await WriteAsync(null, Json(1_000), Summary);
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            other.Open();
            other.Execute($"UPDATE records SET body = rtrim(body), checksum = {RecordChecksum.Of(Key, Encoding.UTF8.GetBytes(Json(1_000)))}");
        }

        Assert.Equal(Json(1_000), Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span));
        await WriteAsync(etag, Json(1_001), Summary);
        Assert.Equal(Json(1_001), Encoding.UTF8.GetString((await _store.ReadAsync(Key))!.Value.Body.Span));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    /// <summary>A JSON text of that length, no two alike in their content.</summary>
    private static string Json(int length) => $"\"{string.Concat(Enumerable.Range(length, length).Select(i => (char)('a' + (i % 26))))[..(length - 2)]}\"";

    private Task<string> WriteAsync(string? etag, string body, TaskSummary? summary) => WriteAsync(Key, etag, body, summary);

    private Task<string> WriteAsync(string id, string body) => WriteAsync(Key with { Id = id }, null, body, Summary with { TaskId = Grains.Tasks.TaskId.Parse(id) });

    private async Task<string> WriteAsync(RecordKey key, string? etag, string body, TaskSummary? summary)
    {
        var verdict = Assert.Single(await _store.CommitAsync([new RecordWrite(key, etag, Encoding.UTF8.GetBytes(body), summary)]));
        return Assert.IsType<WriteVerdict.Stored>(verdict).ETag!;
    }
}
