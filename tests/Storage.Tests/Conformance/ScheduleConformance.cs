using System.Collections.Immutable;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks.Notices;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>What every store that keeps schedules must do: its answers are those that the stored documents give. Each case gets an empty store.</summary>
public abstract class ScheduleConformance : IAsyncLifetime
{
    private StoreHost _host = null!;

    /// <summary>Tasks and changes of a walk.</summary>
    protected virtual (int Tasks, int Changes) WalkSize => (30, 200);

    /// <summary>An empty store.</summary>
    private protected abstract Task<StoreHost> OpenAsync();

    public async ValueTask InitializeAsync() => _host = await OpenAsync();

    public virtual ValueTask DisposeAsync()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void TheStoreKeepsSchedules() => Assert.True(_host.Index.KeepsSchedules);

    /// <summary>Whatever was written, taken back, deleted and written again.</summary>
    [Fact]
    public async Task AnswersAreThoseOfTheDocuments()
    {
        var random = new Random(7);
        var stored = new Dictionary<string, (TaskDocument Document, string ETag)>();
        for (var change = 1; change <= WalkSize.Changes; change++)
        {
            var id = $"t{random.Next(WalkSize.Tasks)}";
            var etag = stored.GetValueOrDefault(id).ETag;
            var document = random.Next(8) == 0
                ? Samples.Tombstone(id, change)
                : ScheduleSamples.Any(id, change, Samples.Epoch.AddSeconds(random.Next(5)), random);
            stored[id] = (document, await _host.WriteAsync(document, etag));
            if (change % 20 == 0)
            {
                await AssertAnswersAsync([.. stored.Values.Select(task => task.Document)], random);
            }
        }
    }

    [Fact]
    public async Task AWriteThatIsRefusedLeavesTheRowsAsTheyWere()
    {
        var etag = await _host.WriteAsync(Made("t", 1, ScheduleSamples.Waiting("a")));
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => _host.WriteAsync(Made("t", 1, ScheduleSamples.Waiting("b")), null));
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => _host.WriteAsync(Made("t", 2, ScheduleSamples.Waiting("b")), "stale"));
        Assert.Equal(["a"], await StagesAsync());

        await _host.WriteAsync(Made("t", 2, ScheduleSamples.Waiting("b"), ScheduleSamples.Waiting("c")), etag);
        Assert.Equal(["b", "c"], await StagesAsync());
    }

    /// <summary>A task that has something to tell is woken for it, also when it is deleted and nothing else wakes it.</summary>
    [Fact]
    public async Task ADeletedTaskIsDueUntilItHasToldWhatItHasToTell()
    {
        var line = new NoticeLine { Waiting = [1], Due = Samples.Epoch.AddSeconds(55) };
        var etag = await _host.WriteAsync(Samples.Tombstone("t", 1));
        Assert.Empty(await _host.Index.FindDueAsync(DateTimeOffset.MaxValue, 10));

        etag = await _host.WriteAsync(With(2, line), etag);
        Assert.Empty(await _host.Index.FindDueAsync(Samples.Epoch.AddSeconds(54), 10));
        Assert.Equal("t", Assert.Single(await _host.Index.FindDueAsync(Samples.Epoch.AddSeconds(55), 10)).Value);

        await _host.WriteAsync(With(3, line with { Waiting = [] }), etag);
        Assert.Empty(await _host.Index.FindDueAsync(DateTimeOffset.MaxValue, 10));

        static TaskDocument With(int writes, NoticeLine line)
        {
            var lines = ImmutableSortedDictionary.Create<string, NoticeLine>(StringComparer.Ordinal).Add("a", line);
            var notices = new TaskNotices(1, [new TaskNotice { Number = 1, Type = "task.deleted", Version = 1, At = Samples.Epoch }], lines);
            return new TaskDocument(null, Samples.Tombstone("t", 1).Commit with { Notices = notices, Writes = writes });
        }
    }

    [Fact]
    public async Task ALeaseThatIsRenewedIsDueLater()
    {
        var until = Samples.Epoch.AddSeconds(30);
        var etag = await _host.WriteAsync(Made("t", 1, ScheduleSamples.AtWork("a", until)));
        for (var version = 2; version < 20; version++)
        {
            until = until.AddSeconds(4);
            etag = await _host.WriteAsync(Made("t", version, ScheduleSamples.AtWork("a", until)), etag);
            var due = TaskSchedule.Round(until)!.Value;
            Assert.Empty(await _host.Index.FindDueAsync(due.AddTicks(-1), 10));
            Assert.Equal("t", Assert.Single(await _host.Index.FindDueAsync(due, 10)).Value);
        }

        await _host.WriteAsync(Made("t", 20, ScheduleSamples.Waiting("a")), etag);
        Assert.Empty(await _host.Index.FindDueAsync(DateTimeOffset.MaxValue, 10));
    }

    [Fact]
    public async Task QueriesOutOfBoundsAreRefused()
    {
        foreach (var query in (ReadyQuery[])[new("no/queue", Samples.Epoch, 1, 1), new("q", Samples.Epoch, 0, 1), new("q", Samples.Epoch, 1, 0)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => _host.Index.FindReadyAsync(query));
        }
    }

    /// <summary>Many are paged through by their store; none is left out or shown twice.</summary>
    [Fact]
    public async Task ALongQueueIsAnsweredByItsBest()
    {
        var documents = Enumerable.Range(0, 40)
            .Select(i => ScheduleSamples.Document(
                $"t{i:d2}",
                1,
                i % 4,
                new FairShare($"k{i % 3}"),
                Samples.Epoch.AddSeconds(-i),
                [.. Enumerable.Range(0, 10).Select(j => ScheduleSamples.Waiting($"a:{j}"))]))
            .ToArray();
        await Task.WhenAll(documents.Select(document => _host.WriteAsync(document)));
        var rows = documents.SelectMany(document => document.GetSchedule().Ready).ToArray();
        foreach (var (limit, perKey) in ((int, int)[])[(1, 1), (5, 5), (50, 10), (150, 1_000), (1_000, 7), (1_000, 1_000)])
        {
            var query = new ReadyQuery(QueueOf(rows), Samples.Epoch, limit, perKey);
            Assert.Equal(ScheduleSamples.Text(ReadyPage.Of(rows, query)), ScheduleSamples.Text(await _host.Index.FindReadyAsync(query)));
        }
    }

    private static string QueueOf(ReadyStage[] rows) => rows[0].Queue;

    private static TaskDocument Made(string id, long version, params StageState[] stages) =>
        ScheduleSamples.Document(id, version, 0, null, Samples.Epoch, stages);

    private async Task<string[]> StagesAsync()
    {
        var page = await _host.Index.FindReadyAsync(new ReadyQuery("default", Samples.Epoch, 100, 100));
        return [.. page.Rows.Select(row => row.Offer.Stage.Value)];
    }

    private async Task AssertAnswersAsync(TaskDocument[] documents, Random random)
    {
        var schedules = documents.Select(document => document.GetSchedule()).ToArray();
        var rows = schedules.SelectMany(schedule => schedule.Ready).ToArray();
        foreach (var queue in (string[])["q0", "q1", "empty"])
        {
            var query = new ReadyQuery(queue, Samples.Epoch.AddSeconds(random.Next(70)), 1 + random.Next(60), 1 + random.Next(12));
            foreach (var asked in (ReadyQuery[])[query, query with { Kinds = ["kind-1", "none"] }, query with { Limit = 1_000, PerKey = 1_000 }])
            {
                Assert.Equal(ScheduleSamples.Text(ReadyPage.Of(rows, asked)), ScheduleSamples.Text(await _host.Index.FindReadyAsync(asked)));
            }

            Assert.Equal(ReadyCount.Of(rows, queue).Select(ScheduleSamples.Text), (await _host.Index.CountReadyAsync(queue)).Select(ScheduleSamples.Text));
        }

        Assert.Equal(ReadyCount.Of(rows, null).Select(ScheduleSamples.Text), (await _host.Index.CountReadyAsync(null)).Select(ScheduleSamples.Text));
        var now = Samples.Epoch.AddSeconds(random.Next(300));
        var due = documents.Where(document => document.GetSchedule().NextDue <= now).ToArray();
        Assert.Equal(
            due.Select(document => document.Commit.TaskId).Order(),
            (await _host.Index.FindDueAsync(now, 1_000)).Select(task => task.Value).Order());
        Assert.Equal(due.Min(document => document.GetSchedule().NextDue), await DueOfFirstAsync(documents, now));
        foreach (var limit in (string[])["gpu", "vendor", "none"])
        {
            Assert.Equal(
                schedules.SelectMany(schedule => schedule.Held).Where(holder => holder.Limit == limit).Select(holder => holder.ToString()).Order(),
                (await _host.Index.FindHoldersAsync(limit)).Select(holder => holder.ToString()).Order());
        }
    }

    private async Task<DateTimeOffset?> DueOfFirstAsync(TaskDocument[] documents, DateTimeOffset now) =>
        (await _host.Index.FindDueAsync(now, 1)) is [var first]
            ? documents.Single(document => document.Commit.TaskId == first.Value).GetSchedule().NextDue
            : null;
}
