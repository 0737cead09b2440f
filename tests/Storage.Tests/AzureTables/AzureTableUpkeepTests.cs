using Azure.Data.Tables;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.AzureTables;

/// <summary>The rows of schedules, beside programs that know none, other silos, and hands that change them.</summary>
public sealed class AzureTableUpkeepTests(Azurite azurite) : IAsyncLifetime
{
    private const string Record = "r:taskstate=2ftask:";

    private static readonly TaskDocument Demo = Made("demo", 1);

    private readonly string _table = AzureTableStores.NewTable();
    private string _connection = null!;

    private TableClient Table => new(_connection, _table);

    public async ValueTask InitializeAsync() => _connection = await azurite.ConnectionStringAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Its program made the table, and wrote records without rows.</summary>
    [Fact]
    public async Task TableOfAFormerProgram_GetsItsRowsBeforeTheFirstQuestionIsAnswered()
    {
        string expected;
        using (var host = Open())
        {
            await host.WriteAsync(Demo);
            await host.WriteAsync(Samples.Document("finished", status: RunStatus.Completed));
            await host.WriteAsync(Samples.Tombstone("deleted", 3));
            expected = await AnswersAsync(host);
        }

        await ForgetAsync("demo", "finished", "deleted");
        await RemoveAsync(row => row is ['q' or 't' or 'h' or 'w', ':', ..]);
        var meta = (await Table.GetEntityAsync<TableEntity>("meta", "store")).Value;
        meta.Remove("Scheduled");
        await Table.UpdateEntityAsync(meta, meta.ETag, TableUpdateMode.Replace);

        using var again = Open();
        Assert.Equal(expected, await AnswersAsync(again));
        using var third = Open();
        await RemoveAsync(row => row is ['q', ':', ..]);
        Assert.NotEqual(expected, await AnswersAsync(third));
        Assert.True((await Table.GetEntityAsync<TableEntity>("meta", "store")).Value.GetBoolean("Scheduled"));
    }

    /// <summary>It writes documents, and leaves the rows of the version before.</summary>
    [Fact]
    public async Task WhatAFormerProgramThatStillRunsWrites_IsScheduledByTheNextLook()
    {
        using var host = Open();
        var etag = await host.WriteAsync(Demo);
        var expected = await AnswersAsync(host);
        etag = await host.WriteAsync(ScheduleSamples.Document("demo", 2, -3, null, Samples.Epoch, ScheduleSamples.Waiting("old", "other")), etag);
        var left = await RowsAsync();
        await host.WriteAsync(Demo, etag);
        var mine = (await Table.GetEntityAsync<TableEntity>(left[0].PartitionKey, Record + "demo")).Value;
        await RemoveAsync(row => row is ['q' or 't' or 'h' or 'w', ':', ..]);
        mine.Remove("Schedule");
        await Table.UpdateEntityAsync(mine, mine.ETag, TableUpdateMode.Replace);
        foreach (var row in left)
        {
            await Table.AddEntityAsync(row);
        }

        Assert.NotEqual(expected, await AnswersAsync(host));

        using var again = Open();
        await again.Index.PurgeDeletedAsync(DateTimeOffset.MinValue);

        Assert.Equal(expected, await AnswersAsync(again));
        Assert.DoesNotContain(left, row => Table.GetEntityIfExists<TableEntity>(row.PartitionKey, row.RowKey).HasValue);
    }

    [Theory]
    [InlineData('q')]
    [InlineData('t')]
    [InlineData('h')]
    [InlineData('w')]
    public async Task RowThatIsGone_IsMadeAnewByTheNextLookAndHoldsUpNoWrite(char kind)
    {
        using var host = Open();
        var etag = await host.WriteAsync(Demo);
        var expected = await AnswersAsync(host);
        await RemoveAsync(row => row[0] == kind && row[1] == ':');
        await host.Index.PurgeDeletedAsync(DateTimeOffset.MinValue);
        Assert.Equal(expected, await AnswersAsync(host));

        await RemoveAsync(row => row[0] == kind && row[1] == ':');
        etag = await host.WriteAsync(ScheduleSamples.Document("demo", 2, 0, null, Samples.Epoch), (await host.ReadAsync("demo")).ETag);
        Assert.Empty(await RowsAsync());
        await host.WriteAsync(Made("demo", 3), etag);
        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Theory]
    [InlineData("q:default:")]
    [InlineData("h:gpu:")]
    public async Task RowThatIsDamaged_IsAnsweredFromTheDocument(string prefix)
    {
        using var host = Open();
        await host.WriteAsync(Demo);
        var expected = await AnswersAsync(host);
        foreach (var row in (await RowsAsync()).Where(row => row.RowKey.StartsWith(prefix, StringComparison.Ordinal)))
        {
            row["B0"] = row.GetBinary("B0")[..^2];
            await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }

        Assert.Equal(expected, await AnswersAsync(host));
    }

    [Fact]
    public async Task RecordWhoseSummaryIsDamaged_IsLeftOutOfListsWhichSaySo()
    {
        using var host = Open();
        await host.WriteAsync(Samples.Document("demo"));
        await host.WriteAsync(Samples.Document("other"));
        var record = await Table.QueryAsync<TableEntity>(row => row.RowKey == $"{Record}demo").SingleAsync();
        record["Summary"] = "{";
        await Table.UpdateEntityAsync(record, record.ETag, TableUpdateMode.Replace);

        var page = await host.Index.QueryAsync(new TaskQuery());

        Assert.Equal("other", Assert.Single(page.Tasks).TaskId.Value);
        Assert.Equal((1, "demo"), (page.Unreadable, page.UnreadableIds!.Value.Single().Value));
    }

    /// <summary>It knows of them only by what stands on the record.</summary>
    [Fact]
    public async Task AnotherSilo_RemovesTheRowsThatItDidNotWrite()
    {
        using var one = Open();
        using var other = Open();
        var etag = await one.WriteAsync(Demo);
        etag = await other.WriteAsync(ScheduleSamples.Document("demo", 2, 9, null, Samples.Epoch, ScheduleSamples.Waiting("b", "other")), etag);
        Assert.Equal("q:other:", Assert.Single(await RowsAsync()).RowKey[..8]);
        etag = await one.WriteAsync(Samples.Tombstone("demo", 3), etag);
        Assert.Empty(await RowsAsync());
    }

    /// <summary>A transaction has a hundred operations.</summary>
    [Fact]
    public async Task TaskWithMoreKindsThanRows_IsWrittenWholeAndAnsweredLikeTheOthers()
    {
        using var host = Open();
        var documents = Enumerable.Range(0, 3).Select(i => Crowded($"t{i}", 1, i, 60 + i)).Append(Demo).ToList();
        var etags = new List<string>();
        foreach (var document in documents)
        {
            etags.Add(await host.WriteAsync(document));
        }

        await AssertAnswersAsync(host, documents);
        Assert.InRange((await RowsAsync()).Count, 3 * 3, (3 * 4) + 8);

        // From many rows to other ones, and to few; and back.
        foreach (var (stages, version) in ((int, int)[])[(19, 2), (12, 3), (70, 4)])
        {
            documents[1] = Crowded("t1", version, version, stages);
            etags[1] = await host.WriteAsync(documents[1], etags[1]);
            await AssertAnswersAsync(host, documents);
        }
    }

    [Fact]
    public async Task NamesThatBeginAlike_AreQueuesAndLimitsOfTheirOwn()
    {
        using var host = Open();
        string[] queues = ["a", "a:b", "a.b", "a-b", "A"];
        for (var i = 0; i < queues.Length; i++)
        {
            var stage = ScheduleSamples.Waiting("s", queues[i], Samples.Epoch.AddHours(i));
            await host.WriteAsync(ScheduleSamples.Document($"t{i}", 1, 0, null, Samples.Epoch, stage));
        }

        for (var i = 0; i < queues.Length; i++)
        {
            var early = await host.Index.FindReadyAsync(new ReadyQuery(queues[i], Samples.Epoch.AddHours(-1), 10, 10));
            Assert.Equal((0, Samples.Epoch.AddHours(i)), (early.Rows.Length, early.NextReadyAt));
            var late = await host.Index.FindReadyAsync(new ReadyQuery(queues[i], Samples.Epoch.AddDays(1), 10, 10));
            Assert.Equal($"t{i}", Assert.Single(late.Rows).Offer.Task.Value);
            Assert.Equal(1, Assert.Single(await host.Index.CountReadyAsync(queues[i])).Count);
        }
    }

    private static TaskDocument Made(string id, long version) => ScheduleSamples.Document(
        id,
        version,
        3,
        new FairShare("tenant/ü#", 2),
        Samples.Epoch,
        ScheduleSamples.Waiting("a"),
        ScheduleSamples.Waiting("b", needs: "gpu"),
        ScheduleSamples.Waiting("later", notBefore: Samples.Epoch.AddMinutes(5)),
        ScheduleSamples.AtWork("c", Samples.Epoch.AddSeconds(20), new StageLimit("gpu", 2)));

    private static TaskDocument Crowded(string id, long version, int priority, int stages) => ScheduleSamples.Document(
        id,
        version,
        priority,
        null,
        Samples.Epoch.AddSeconds(priority),
        [
            .. Enumerable.Range(0, stages).Select(i => ScheduleSamples.Waiting(
                $"kind-{i}", $"q{i % 3}", i % 4 == 0 ? Samples.Epoch.AddSeconds(i) : null, needs: $"n{i % 2}")),
            .. Enumerable.Range(0, stages).Select(i => ScheduleSamples.AtWork($"work-{i}", Samples.Epoch.AddSeconds(i), new StageLimit($"limit-{i % 5}"))),
        ]);

    private static async Task AssertAnswersAsync(StoreHost host, List<TaskDocument> documents)
    {
        var schedules = documents.Select(document => document.GetSchedule()).ToArray();
        var rows = schedules.SelectMany(schedule => schedule.Ready).ToArray();
        foreach (var queue in (string[])["q0", "q1", "q2", "default"])
        {
            foreach (var query in (ReadyQuery[])
            [
                new(queue, Samples.Epoch.AddSeconds(-1), 1_000, 1_000),
                new(queue, Samples.Epoch.AddSeconds(90), 1_000, 1_000),
                new(queue, Samples.Epoch.AddSeconds(90), 7, 2) { Kinds = ["kind-7", "kind-9", "a"] },
            ])
            {
                Assert.Equal(ScheduleSamples.Text(ReadyPage.Of(rows, query)), ScheduleSamples.Text(await host.Index.FindReadyAsync(query)));
            }
        }

        Assert.Equal(ReadyCount.Of(rows, null).Select(ScheduleSamples.Text), (await host.Index.CountReadyAsync(null)).Select(ScheduleSamples.Text));
        Assert.Equal(
            schedules.SelectMany(schedule => schedule.Held).Where(held => held.Limit == "limit-2").Select(held => held.ToString()).Order(),
            (await host.Index.FindHoldersAsync("limit-2")).Select(held => held.ToString()).Order());
        Assert.Equal(documents.Count, (await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 100)).Length);
    }

    private static async Task<string> AnswersAsync(StoreHost host)
    {
        var page = await host.Index.FindReadyAsync(new ReadyQuery("default", Samples.Epoch, 100, 100));
        var counts = await host.Index.CountReadyAsync(null);
        var due = await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 100);
        var held = await host.Index.FindHoldersAsync("gpu");
        return string.Join('\n', [ScheduleSamples.Text(page), .. counts.Select(ScheduleSamples.Text), string.Join(' ', due), string.Join('\n', held)]);
    }

    private StoreHost Open() => AzureTableStores.Open(_connection, _table);

    private async Task<List<TableEntity>> RowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Table.QueryAsync<TableEntity>())
        {
            if (row.RowKey is ['q' or 't' or 'h' or 'w', ':', ..])
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private async Task RemoveAsync(Func<string, bool> which)
    {
        foreach (var row in (await RowsAsync()).Where(row => which(row.RowKey)))
        {
            await Table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
        }
    }

    /// <summary>Makes records what a former program wrote.</summary>
    private async Task ForgetAsync(params string[] tasks)
    {
        await foreach (var record in Table.QueryAsync<TableEntity>())
        {
            if (tasks.Any(task => record.RowKey == Record + task))
            {
                Assert.True(record.Remove("Schedule"));
                await Table.UpdateEntityAsync(record, record.ETag, TableUpdateMode.Replace);
            }
        }
    }
}
