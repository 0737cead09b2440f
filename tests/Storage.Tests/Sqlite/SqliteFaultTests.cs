using System.Diagnostics;
using Microsoft.Data.Sqlite;
using VideoGen.Storage.Records;
using VideoGen.Storage.Sqlite;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.Sqlite;

public sealed class SqliteFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File("tasks.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFileThatIsNotADatabaseIsRefusedAndLeftAlone()
    {
        await File.WriteAllTextAsync(Database, new string('x', 5_000));
        await AssertRefusedAsync(StoreFault.Damaged, "is not a database");
        Assert.Equal(new string('x', 5_000), await File.ReadAllTextAsync(Database));
    }

    [Fact]
    public async Task ADatabaseOfAnotherProgramIsRefused()
    {
        Execute("CREATE TABLE notes (text TEXT)");
        await AssertRefusedAsync(StoreFault.Damaged, "database of another program");
    }

    [Fact]
    public async Task ADatabaseOfANewerProgramIsRefused()
    {
        await PrepareAsync();
        Execute("PRAGMA user_version = 99");
        await AssertRefusedAsync(StoreFault.TooNew, "made by a newer program");
    }

    [Fact]
    public async Task ALockedDatabaseIsRefusedAfterAWhile()
    {
        await PrepareAsync();
        using var other = SqliteConnections.Open(Database, TimeSpan.FromSeconds(1), readOnly: false);
        other.Execute("BEGIN IMMEDIATE");
        await AssertRefusedAsync(StoreFault.Locked, "locked by another process");
    }

    /// <summary>As a silo does that is stopped in the middle of a write. The refusal names the process, and writes go in when it goes on.</summary>
    [Fact]
    public async Task AStoppedProcessThatHoldsTheLockIsNamed()
    {
        await PrepareAsync();
        const string Script = """
            import os, signal, sqlite3, sys
            database = sqlite3.connect(sys.argv[1], isolation_level=None)
            database.execute("BEGIN IMMEDIATE")
            print("locked", flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
            database.execute("ROLLBACK")
            print("free", flush=True)
            sys.stdin.read()
            """;
        using var other = Process.Start(new ProcessStartInfo("python3", ["-c", Script, Database])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
            while (!(await File.ReadAllTextAsync($"/proc/{other.Id}/stat")).Contains(") T ", StringComparison.Ordinal))
            {
                await Task.Delay(10);
            }

            await AssertRefusedAsync(StoreFault.Locked, $"process {other.Id} (python3), which is stopped. Let it go on ('kill -CONT {other.Id}')");

            using (var going = Process.Start("kill", ["-CONT", $"{other.Id}"]))
            {
                await going.WaitForExitAsync();
            }

            Assert.Equal("free", await other.StandardOutput.ReadLineAsync());
            using var host = SqliteStores.Open(Database);
            await host.WriteAsync(Samples.Document("after"));
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task AFolderThatCannotBeMadeIsRefused()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "");
        using var host = SqliteStores.Open(_folder.File("file/tasks.db"));
        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));
        Assert.Equal(StoreFault.Unusable, error.Fault);
        Assert.Contains("cannot be made", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APathThatIsAFolderIsRefused()
    {
        Directory.CreateDirectory(Database);
        await AssertRefusedAsync(StoreFault.Unusable, "cannot be opened");
    }

    [Fact]
    public async Task ADatabaseThatIsDamagedInTheMiddleIsAnErrorAtTheCall()
    {
        using (var host = SqliteStores.Open(Database))
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => host.WriteAsync(Samples.Document($"t{i}", note: new string('x', 2_000)))));
        }

        var bytes = await File.ReadAllBytesAsync(Database);
        Array.Fill(bytes, (byte)0xA5, 8_192, bytes.Length - 8_192);
        await File.WriteAllBytesAsync(Database, bytes);

        using var damaged = SqliteStores.Open(Database);
        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await damaged.ReadAsync($"t{i}");
            }
        });
        Assert.Equal(StoreFault.Damaged, error.Fault);
        Assert.Contains(".recover", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "UPDATE records SET body = '' WHERE key = 'demo'")]
    [InlineData(0, "UPDATE records SET body = NULL WHERE key = 'demo'")]
    [InlineData(0, "UPDATE records SET body = substr(body, 1, 100) WHERE key = 'demo'")]
    [InlineData(0, "UPDATE records SET body = replace(body, 'running', 'completed') WHERE key = 'demo'")]
    [InlineData(
        0,
        "UPDATE records SET body = (SELECT body FROM records WHERE key = 'other'), "
        + "content_hash = (SELECT content_hash FROM records WHERE key = 'other') WHERE key = 'demo'")]
    [InlineData(9_000, "UPDATE bodies SET body = substr(body, 1, 100) WHERE record = (SELECT id FROM records WHERE key = 'demo')")]
    [InlineData(9_000, "UPDATE bodies SET body = replace(body, 'running', 'completed') WHERE record = (SELECT id FROM records WHERE key = 'demo')")]
    [InlineData(9_000, "DELETE FROM bodies WHERE record = (SELECT id FROM records WHERE key = 'demo')")]
    [InlineData(9_000, "UPDATE records SET body = (SELECT body FROM bodies WHERE record <> id) WHERE key = 'demo'")]
    public async Task ADamagedRecordIsAnErrorThatNamesTheTaskAndOthersLive(int note, string damage)
    {
        await PrepareAsync(note == 0 ? null : new string('x', note));
        Execute(damage);
        using var host = SqliteStores.Open(Database);

        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));

        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("task demo", error.Message, StringComparison.Ordinal);
        Assert.True((await host.ReadAsync("other")).RecordExists);
        Assert.Equal(2, (await host.Index.CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task ARecordOfAnUnknownSchemaIsAnErrorThatNamesTheTask()
    {
        using var host = SqliteStores.Open(Database);
        await host.WriteAsync(Samples.Document("demo"));
        var document = (await host.ReadAsync("demo")).State!.Json.Replace("\"schema\":1", "\"schema\":99", StringComparison.Ordinal);
        var bytes = System.Text.Encoding.UTF8.GetBytes(document);
        var hash = Records.RecordChecksum.Of(new(Records.RecordKey.TaskKind, "demo"), bytes);
        Execute($"UPDATE records SET body = '{document.Replace("'", "''", StringComparison.Ordinal)}', content_hash = {hash}");

        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("demo"));

        Assert.Matches("task demo.*schema version 99", error.Message);
    }

    [Fact]
    public async Task APathThatIsMissingIsRefused()
    {
        var error = await Assert.ThrowsAsync<StoreException>(() =>
        {
            using var host = SqliteStores.Open(" ");
            return Task.CompletedTask;
        });
        Assert.Contains("no DatabasePath", error.Message, StringComparison.Ordinal);
    }

    private async Task PrepareAsync(string? note = null)
    {
        using var host = SqliteStores.Open(Database);
        await host.WriteAsync(Samples.Document("demo", note: note));
        await host.WriteAsync(Samples.Document("other", note: note));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    private async Task AssertRefusedAsync(StoreFault fault, string why)
    {
        using var host = SqliteStores.Open(Database, busyTimeout: TimeSpan.FromMilliseconds(200));
        var error = await Assert.ThrowsAsync<StoreException>(() => host.WriteAsync(Samples.Document("new")));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains(Database, error.Message, StringComparison.Ordinal);
    }
}
