using System.Collections.Immutable;
using VideoGen.Storage.Records;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>What every index of tasks must do. Each case gets an empty store.</summary>
public abstract partial class TaskIndexConformance : IAsyncLifetime
{
    private readonly MovableTime _time = new(Samples.Epoch);
    private StoreHost _host = null!;

    /// <summary>An empty store.</summary>
    private protected abstract Task<StoreHost> OpenAsync(TimeProvider time);

    public async ValueTask InitializeAsync() => _host = await OpenAsync(_time);

    public virtual ValueTask DisposeAsync()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ASummaryIsReadAsItWasWritten()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "größe \"x\"").Add("a'b", "");
        var document = Samples.Document("demo-1", version: 7, labels: labels, createdAt: Samples.Epoch.AddTicks(1_234_567));
        await _host.WriteAsync(document);

        var task = Assert.Single((await _host.Index.QueryAsync(new TaskQuery())).Tasks);

        var expected = document.GetSummary(_time.GetUtcNow());
        Assert.Equal(expected with { Labels = task.Labels }, task);
        Assert.Equal(expected.Labels, task.Labels);
    }

    [Fact]
    public async Task TheNewestComeFirstAndThenById()
    {
        await WriteAllAsync(("b", 1), ("a", 1), ("C", 1), ("newest", 9), ("oldest", 0));
        Assert.Equal(["newest", "C", "a", "b", "oldest"], await IdsAsync(new TaskQuery()));
    }

    [Fact]
    public async Task PagesTogetherAreTheWholeListOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 57).Select(i => _host.WriteAsync(Samples.Document($"t{i:d3}", createdAt: Samples.Epoch.AddMinutes(i / 5)))));
        foreach (var size in new[] { 1, 7, 57, 100 })
        {
            var seen = new List<string>();
            string? after = null;
            do
            {
                var page = await _host.Index.QueryAsync(new TaskQuery { PageSize = size, After = after });
                Assert.True(page.Tasks.Length <= size);
                seen.AddRange(page.Tasks.Select(task => task.TaskId.Value));
                after = page.Next;
            }
            while (after is not null);

            Assert.Equal(Enumerable.Range(0, 57).OrderByDescending(i => i / 5).ThenBy(i => i).Select(i => $"t{i:d3}"), seen);
        }
    }

    [Fact]
    public async Task ATaskThatComesBetweenTwoPagesMovesNoneOfTheOthers()
    {
        await WriteAllAsync(("a", 1), ("b", 2), ("c", 3), ("d", 4));
        var first = await _host.Index.QueryAsync(new TaskQuery { PageSize = 2 });
        await WriteAllAsync(("e", 5), ("b2", 2));

        Assert.Equal(["b", "b2", "a"], await IdsAsync(new TaskQuery { PageSize = 3, After = first.Next }));
    }

    [Fact]
    public async Task ConditionsAreMetTogether()
    {
        var red = ImmutableSortedDictionary<string, string>.Empty.Add("colour", "red");
        await _host.WriteAsync(Samples.Document("x-1", status: RunStatus.Running, labels: red));
        await _host.WriteAsync(Samples.Document("x-2", status: RunStatus.Failed, labels: red, createdAt: Samples.Epoch.AddDays(1)));
        await _host.WriteAsync(Samples.Document("x-3", status: RunStatus.Failed, pipeline: "other"));
        await _host.WriteAsync(Samples.Document("y-1", status: RunStatus.Failed, labels: red.SetItem("colour", "Red")));
        await _host.WriteAsync(Samples.Document("X-4", status: RunStatus.Completed, pipeline: null));

        Assert.Equal(["x-2", "x-3", "y-1"], await IdsAsync(new TaskQuery { Statuses = [RunStatus.Failed] }));
        Assert.Equal(["x-2", "x-1", "x-3", "y-1"], await IdsAsync(new TaskQuery { Statuses = [RunStatus.Failed, RunStatus.Running] }));
        Assert.Equal(["x-2", "x-1", "x-3"], await IdsAsync(new TaskQuery { IdPrefix = "x-" }));
        Assert.Equal(["x-3"], await IdsAsync(new TaskQuery { Pipeline = "other" }));
        Assert.Equal(["x-2", "x-1"], await IdsAsync(new TaskQuery { Label = new("colour", "red") }));
        var all = new TaskQuery { Label = new("colour", "red"), Statuses = [RunStatus.Failed], IdPrefix = "x", Pipeline = "document-video" };
        Assert.Equal(["x-2"], await IdsAsync(all));
        Assert.Empty(await IdsAsync(new TaskQuery { IdPrefix = "x_", Pipeline = "' OR 1=1 --" }));
    }

    [Fact]
    public async Task CountsAreByStatusUnderTheSameConditions()
    {
        await _host.WriteAsync(Samples.Document("a-1", status: RunStatus.Running));
        await _host.WriteAsync(Samples.Document("a-2", status: RunStatus.Running));
        await _host.WriteAsync(Samples.Document("b-1", status: RunStatus.Failed));

        var all = await _host.Index.CountAsync(new TaskQuery { PageSize = 1 });
        var some = await _host.Index.CountAsync(new TaskQuery { IdPrefix = "a" });

        Assert.Equal((3, 2, 1), (all.Total, all.ByStatus[RunStatus.Running], all.ByStatus[RunStatus.Failed]));
        Assert.Equal(2, some.Total);
    }

    [Fact]
    public async Task AChangeOfTheTaskIsAChangeOfTheListsInTheSameWrite()
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("k", "old").Add("same", "s");
        var etag = await _host.WriteAsync(Samples.Document("t", 1, labels: labels));
        etag = await _host.WriteAsync(Samples.Document("t", 2, RunStatus.Completed, labels: labels.SetItem("k", "new")), etag);

        Assert.Empty(await IdsAsync(new TaskQuery { Label = new("k", "old") }));
        Assert.Empty(await IdsAsync(new TaskQuery { Statuses = [RunStatus.Running] }));
        Assert.Equal(["t"], await IdsAsync(new TaskQuery { Label = new("k", "new"), Statuses = [RunStatus.Completed] }));
        Assert.Equal(["t"], await IdsAsync(new TaskQuery { Label = new("same", "s") }));

        await _host.WriteAsync(Samples.Document("t", 3, RunStatus.Completed, createdAt: Samples.Epoch.AddDays(9)), etag);
        Assert.Empty(await IdsAsync(new TaskQuery { Label = new("same", "s") }));
        Assert.Equal(Samples.Epoch.AddDays(9), Assert.Single((await _host.Index.QueryAsync(new TaskQuery())).Tasks).CreatedAt);
    }

    [Fact]
    public async Task ARefusedWriteDoesNotShowInTheLists()
    {
        await _host.WriteAsync(Samples.Document("t", 1));
        await Assert.ThrowsAnyAsync<Orleans.Storage.InconsistentStateException>(() => _host.WriteAsync(Samples.Document("t", 2, RunStatus.Failed), "stale"));
        Assert.Equal(["t"], await IdsAsync(new TaskQuery { Statuses = [RunStatus.Running] }));
    }

    [Fact]
    public async Task UnfinishedTasksThatNobodyTouchedAreFoundTheLongestUntouchedFirst()
    {
        foreach (var (id, status, pipeline) in new[]
        {
            ("second", RunStatus.Running, "p"), ("pending", RunStatus.Pending, "p"), ("done", RunStatus.Completed, "p"), ("seed", RunStatus.Running, null),
            ("paused", RunStatus.Paused, "p"), ("fresh", RunStatus.Running, "p"),
        })
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await _host.WriteAsync(Samples.Document(id, status: status, pipeline: pipeline));
        }

        var found = await _host.Index.FindOwedAsync(_time.GetUtcNow().AddSeconds(-30), 10);
        Assert.Equal(["second", "pending"], found.Select(id => id.Value));
        Assert.Equal(["second"], (await _host.Index.FindOwedAsync(_time.GetUtcNow(), 1)).Select(id => id.Value));
    }

    [Fact]
    public async Task ADeletedTaskIsInNoListAndIsForgottenOnlyWhenItIsOldEnough()
    {
        var etag = await _host.WriteAsync(Samples.Document("gone", 1));
        await _host.WriteAsync(Samples.Tombstone("gone", 2), etag);
        await _host.WriteAsync(Samples.Document("stays", 1));

        Assert.Equal(["stays"], await IdsAsync(new TaskQuery()));
        Assert.Equal(1, (await _host.Index.CountAsync(new TaskQuery())).Total);
        Assert.Equal(0, await _host.Index.PurgeDeletedAsync(_time.GetUtcNow().AddSeconds(-1)));
        Assert.Equal(2, (await _host.ReadAsync("gone")).State!.Commit.Version);

        Assert.Equal(1, await _host.Index.PurgeDeletedAsync(_time.GetUtcNow().AddSeconds(1)));
        Assert.False((await _host.ReadAsync("gone")).RecordExists);
        Assert.True((await _host.ReadAsync("stays")).RecordExists);
        await _host.WriteAsync(Samples.Document("gone", 1));
    }

    [Fact]
    public async Task IdsThatDifferInCaseAreDifferentTasks()
    {
        await WriteAllAsync(("demo", 1), ("Demo", 2), ("DEMO", 3));
        Assert.Equal(["DEMO", "Demo", "demo"], await IdsAsync(new TaskQuery()));
        foreach (var id in new[] { "demo", "Demo", "DEMO" })
        {
            Assert.Equal(id, (await _host.ReadAsync(id)).State!.State!.TaskId.Value);
        }
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(501, null)]
    [InlineData(10, "not a token")]
    [InlineData(10, "AAAA")]
    [InlineData(10, "")]
    public async Task AQueryOutOfBoundsIsRefusedInWords(int size, string? after)
    {
        var refusal = await Assert.ThrowsAnyAsync<ArgumentException>(() => _host.Index.QueryAsync(new TaskQuery { PageSize = size, After = after }));
        Assert.Matches("page", refusal.Message);
    }

    /// <summary>Keys come over the wire, where anybody can forge one: it must not become a path, a row or a part of a query.</summary>
    [Theory]
    [InlineData("../../x")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("größe")]
    public async Task AKeyThatIsNoTaskIdIsRefused(string key)
    {
        await _host.WriteAsync(Samples.Document("stays"));
        var grain = Samples.GrainOf(key);
        var state = new Orleans.GrainState<TaskDocument>(new TaskDocument());
        foreach (var use in (Func<Task>[])
        [
            () => _host.Storage.WriteStateAsync(Samples.StateName, grain, state),
            () => _host.Storage.ReadStateAsync(Samples.StateName, grain, state),
            () => _host.Storage.ClearStateAsync(Samples.StateName, grain, state),
        ])
        {
            Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(use)).Fault);
        }

        Assert.Equal(["stays"], await IdsAsync(new TaskQuery()));
        Assert.Equal(1, (await _host.Index.CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task ADocumentUnderTheIdOfAnotherTaskIsRefusedAndThoseBesideItAreStored()
    {
        var poison = _host.Storage.WriteStateAsync(Samples.StateName, Samples.GrainOf("yours"), new Orleans.GrainState<TaskDocument>(Samples.Document("mine")));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => _host.WriteAsync(Samples.Document($"innocent-{i}"))));
        Assert.Equal(StoreFault.Refused, (await Assert.ThrowsAsync<StoreException>(() => poison)).Fault);
        Assert.Equal(12, (await _host.Index.CountAsync(new TaskQuery())).Total);
    }

    [Fact]
    public async Task ADocumentUnderTheIdOfAnotherTaskIsRefused()
    {
        var state = new Orleans.GrainState<TaskDocument>(Samples.Document("mine"));
        var refusal = await Assert.ThrowsAsync<StoreException>(() => _host.Storage.WriteStateAsync(Samples.StateName, Samples.GrainOf("yours"), state));
        Assert.Equal(StoreFault.Refused, refusal.Fault);
        Assert.False((await _host.ReadAsync("yours")).RecordExists);
    }

    private async Task WriteAllAsync(params (string Id, int Day)[] tasks)
    {
        foreach (var (id, day) in tasks)
        {
            await _host.WriteAsync(Samples.Document(id, createdAt: Samples.Epoch.AddDays(day)));
        }
    }

    private async Task<string[]> IdsAsync(TaskQuery query) => [.. (await _host.Index.QueryAsync(query)).Tasks.Select(task => task.TaskId.Value)];
}
