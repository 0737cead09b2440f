using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using VideoGen.Storage.PostgreSql;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.Tests.PostgreSql;

public sealed class PostgresStoreTests(PostgresServer server)
{
    [Fact]
    public async Task DatabaseThatDoesNotExist_IsMade_AndKeepsWhatIsWritten()
    {
        var database = await server.NewDatabaseAsync();
        string etag;
        using (var first = PostgresServer.Open(database))
        {
            etag = await first.WriteAsync(Samples.Document("demo"));
        }

        using var second = PostgresServer.Open(database);
        var read = await second.ReadAsync("demo");
        Assert.Equal((etag, 1), (read.ETag, read.State!.Commit.Version));
    }

    /// <summary>Programs that start at once make the tables once.</summary>
    [Fact]
    public async Task ManyThatStartAtOnce_MakeTheTablesOnce()
    {
        var database = await server.NewDatabaseAsync();
        var hosts = Enumerable.Range(0, 8).Select(_ => PostgresServer.Open(database)).ToArray();
        await Task.WhenAll(hosts.Select((host, i) => host.WriteAsync(Samples.Document($"t{i}"))));
        Assert.Equal(8, (await hosts[0].Index.CountAsync(new TaskQuery())).Total);
        Array.ForEach(hosts, host => host.Dispose());
    }

    /// <summary>Two silos may hold the same tasks for a moment. Their batches cross, and of each record one write wins.</summary>
    [Fact]
    public async Task BatchesOfTwoProgramsThatCross_HaveOneWinnerForEachRecord()
    {
        var options = new PostgresStorageOptions { ConnectionString = await server.NewDatabaseAsync(), Partitions = 1 };
        using var one = new PostgresRecordStore(options);
        using var other = new PostgresRecordStore(options);
        var etags = new string?[20];
        for (var round = 1; round <= 25; round++)
        {
            var writes = etags.Select((etag, i) => Write($"t{i}", round, etag)).ToArray();
            var answers = await Task.WhenAll(
                Task.Run(async () => await one.CommitAsync(writes)), Task.Run(async () => await other.CommitAsync([.. writes.Reverse()])));
            for (var i = 0; i < etags.Length; i++)
            {
                WriteVerdict[] both = [answers[0][i], answers[1][^(i + 1)]];
                var winner = Assert.Single(both.OfType<WriteVerdict.Stored>());
                Assert.Single(both.OfType<WriteVerdict.Conflict>());
                etags[i] = winner.ETag;
                Assert.Equal(winner.ETag, (await one.ReadAsync(writes[i].Key))!.Value.ETag);
            }
        }
    }

    /// <summary>The server says of the first two tries, and then of all, that another transaction was in the way.</summary>
    [Theory]
    [InlineData(2, null)]
    [InlineData(1_000, StoreFault.Busy)]
    public async Task BatchThatAnotherTransactionWasInTheWayOf_IsTriedAgain(int failures, StoreFault? expected)
    {
        var database = await server.NewDatabaseAsync();
        using var host = PostgresServer.Open(database);
        var etag = await host.WriteAsync(Samples.Document("demo"));
        await PostgresServer.ExecuteAsync(
            database,
            $"""
            CREATE SEQUENCE tries;
            CREATE FUNCTION stand_in_the_way() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
                IF nextval('tries') <= {failures} THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
                RETURN new;
            END $body$;
            CREATE TRIGGER in_the_way BEFORE UPDATE ON records FOR EACH ROW EXECUTE FUNCTION stand_in_the_way();
            """);

        var error = await Record.ExceptionAsync(() => host.WriteAsync(Samples.Document("demo", 2), etag));

        Assert.Equal(expected, (error as StoreException)?.Fault);
        Assert.Equal(expected is null ? 2 : 1, (await host.ReadAsync("demo")).State!.Commit.Version);
    }

    /// <summary>Two that were in each other's way would meet again if each came back after the same time, or at once.</summary>
    [Fact]
    public async Task TriesOfAnUndoneBatch_AreApart_ByWaitsThatGrowAndDiffer()
    {
        var database = await server.NewDatabaseAsync();
        var time = new HurriedTime();
        using var store = new PostgresRecordStore(new PostgresStorageOptions { ConnectionString = database }, time: time);
        var etag = Assert.IsType<WriteVerdict.Stored>((await store.CommitAsync([Write("demo", 1, null)]))[0]).ETag;
        await PostgresServer.ExecuteAsync(
            database,
            """
            CREATE FUNCTION stand_in_the_way() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $body$;
            CREATE TRIGGER in_the_way BEFORE UPDATE ON records FOR EACH ROW EXECUTE FUNCTION stand_in_the_way();
            """);

        await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync([Write("demo", 2, etag)]));
        var first = time.Waits.ToArray();
        await Assert.ThrowsAsync<StoreException>(async () => await store.CommitAsync([Write("demo", 2, etag)]));

        Assert.Equal(4, first.Length);
        Assert.All(first.Index(), wait => Assert.InRange(wait.Item.TotalMilliseconds, 5 << wait.Index, 15 << wait.Index));
        Assert.NotEqual(first, time.Waits.Skip(first.Length));
    }

    [Fact]
    public async Task RecordThatWasChangedByHand_IsTold_AndTheOthersLive()
    {
        var database = await server.NewDatabaseAsync();
        using var host = PostgresServer.Open(database);
        await host.WriteAsync(Samples.Document("bad"));
        await host.WriteAsync(Samples.Document("good"));
        await PostgresServer.ExecuteAsync(database, "UPDATE records SET base = replace(encode(base, 'escape'), 'running', 'paused_')::bytea WHERE id = 'bad'");

        var error = await Assert.ThrowsAsync<StoreException>(() => host.ReadAsync("bad"));
        Assert.Equal(StoreFault.DamagedRecord, error.Fault);
        Assert.Contains("task bad is damaged", error.Message, StringComparison.Ordinal);
        Assert.True((await host.ReadAsync("good")).RecordExists);
    }

    /// <summary>Pages go on past rows that are left out, and each of those is told of once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task RowsWhoseSummaryIsDamaged_AreLeftOutAndTheOthersAreListed(int size)
    {
        var database = await server.NewDatabaseAsync();
        using var host = PostgresServer.Open(database);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => host.WriteAsync(Samples.Document($"t{i:d2}", createdAt: Samples.Epoch.AddMinutes(i)))));
        await PostgresServer.ExecuteAsync(database, "UPDATE records SET summary = left(summary, 20) WHERE id BETWEEN 't03' AND 't08'");

        var (seen, leftOut) = (new List<string>(), new List<string>());
        string? after = null;
        do
        {
            var page = await host.Index.QueryAsync(new TaskQuery { PageSize = size, After = after });
            seen.AddRange(page.Tasks.Select(task => task.TaskId.Value));
            leftOut.AddRange((page.UnreadableIds ?? []).Select(id => id.Value));
            Assert.Equal(page.UnreadableIds?.Length ?? 0, page.Unreadable);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(["t11", "t10", "t09", "t02", "t01", "t00"], seen);
        Assert.Equal(["t08", "t07", "t06", "t05", "t04", "t03"], leftOut);
    }

    /// <summary>Whatever the server's default is, an answer means that the log is on the disk.</summary>
    [Fact]
    public async Task Commits_AreDurableThoughTheServersDefaultIsNot()
    {
        var connectionString = await server.NewDatabaseAsync();
        using (var host = PostgresServer.Open(connectionString))
        {
            await host.WriteAsync(Samples.Document("demo"));
        }

        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await PostgresServer.ExecuteAsync(connectionString, $"ALTER DATABASE \"{name}\" SET synchronous_commit = off");
        using var database = new PostgresDatabase(new PostgresStorageOptions { ConnectionString = connectionString }, isReader: false, NullLogger.Instance);
        await using var connection = await database.ConnectAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SHOW synchronous_commit", connection);
        Assert.Equal("on", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The server ends all connections, as at a restart: the next calls say so or succeed, and then all goes on.</summary>
    [Fact]
    public async Task ConnectionsThatWereLost_AreMadeAnew()
    {
        var connectionString = await server.NewDatabaseAsync();
        using var host = PostgresServer.Open(connectionString);
        var etag = await host.WriteAsync(Samples.Document("demo"));
        await PostgresServer.ExecuteAsync(
            connectionString, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        var error = await Record.ExceptionAsync(() => host.WriteAsync(Samples.Document("demo", 2), etag));
        Assert.True(error is null or StoreException { Fault: StoreFault.Failed }, $"{error}");
        var read = await host.ReadAsync("demo");
        etag = await host.WriteAsync(Samples.Document("demo", 3), read.ETag);
        Assert.Equal(etag, (await host.ReadAsync("demo")).ETag);
    }

    /// <summary>The parts of a label are told apart, whatever characters they hold.</summary>
    [Fact]
    public async Task LabelsOfOddCharacters_AreFound()
    {
        using var host = await server.OpenAsync();
        (string Name, string Value)[] labels = [("a", "b\",\"c"), ("a\",\"b", "c"), ("{,}", "\\"), ("nul", "\0"), ("ü", "'; DROP TABLE records; --")];
        for (var i = 0; i < labels.Length; i++)
        {
            var label = ImmutableSortedDictionary<string, string>.Empty.Add(labels[i].Name, labels[i].Value);
            await host.WriteAsync(Samples.Document($"t{i}", labels: label));
        }

        for (var i = 0; i < labels.Length; i++)
        {
            var query = new TaskQuery { Label = new KeyValuePair<string, string>(labels[i].Name, labels[i].Value) };
            Assert.Equal($"t{i}", Assert.Single((await host.Index.QueryAsync(query)).Tasks).TaskId.Value);
        }
    }

    /// <summary>Every wait is over at once, and is taken note of.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private static RecordWrite Write(string task, int version, string? etag)
    {
        var document = Samples.Document(task, version);
        return new RecordWrite(RecordKey.Of(TaskId.Parse(task)), etag, document.ToUtf8Json(), document.GetSummary(Samples.Epoch));
    }
}
