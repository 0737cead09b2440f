using System.Collections.Immutable;
using VideoGen.Storage.Tests.Running;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Conformance;

/// <summary>Orders, conditions and pages of lists.</summary>
public abstract partial class TaskIndexConformance
{
    [Fact]
    public async Task Lists_AreInTheOrderThatIsAskedFor()
    {
        foreach (var (id, day, priority) in new[] { ("b", 1, 5), ("a", 1, 0), ("old", 0, 5), ("low", 9, -3), ("new", 8, 0) })
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await _host.WriteAsync(Samples.Document(id, createdAt: Samples.Epoch.AddDays(day), priority: priority));
        }

        foreach (var (sort, expected) in new[]
        {
            (TaskSort.Created, (string[])["low", "new", "a", "b", "old"]),
            (TaskSort.Updated, ["new", "low", "old", "a", "b"]),
            (TaskSort.Priority, ["b", "old", "new", "a", "low"]),
        })
        {
            Assert.Equal(expected, await IdsAsync(new TaskQuery { Sort = sort }));
            Assert.Equal(expected.Reverse(), await IdsAsync(new TaskQuery { Sort = sort, Ascending = true }));
        }

        var page = await _host.Index.QueryAsync(new TaskQuery { Sort = TaskSort.Priority, Ascending = true });
        Assert.Equal([-3, 0, 0, 5, 5], page.Tasks.Select(task => task.Priority));
    }

    [Fact]
    public async Task SeveralLabels_AllMatch()
    {
        var both = TaskState.NoLabels.Add("team", "größe").Add("k", "1").Add("more", "");
        await _host.WriteAsync(Samples.Document("both", labels: both));
        await _host.WriteAsync(Samples.Document("other-value", labels: both.SetItem("k", "2")));
        await _host.WriteAsync(Samples.Document("one", labels: both.Remove("k")));

        Assert.Equal(["both"], await IdsAsync(new TaskQuery { Labels = [new("k", "1"), new("team", "größe")] }));
        Assert.Equal(["both"], await IdsAsync(new TaskQuery { Label = new("k", "1"), Labels = [new("more", ""), new("k", "1")] }));
        Assert.Empty(await IdsAsync(new TaskQuery { Labels = [new("k", "1"), new("k", "2")] }));
        Assert.Equal(1, (await _host.Index.CountAsync(new TaskQuery { Labels = [new("more", ""), new("k", "1")] })).Total);
    }

    [Fact]
    public async Task TimesOfARange_AreFromItsBegin_AndBeforeItsEnd()
    {
        foreach (var (id, day) in new[] { ("a", 1), ("b", 2), ("c", 3), ("d", 4) })
        {
            _time.Advance(TimeSpan.FromHours(1));
            await _host.WriteAsync(Samples.Document(id, createdAt: Samples.Epoch.AddDays(day)));
        }

        var (second, fourth) = (Samples.Epoch.AddDays(2), Samples.Epoch.AddDays(4));
        Assert.Equal(["c", "b"], await IdsAsync(new TaskQuery { CreatedAfter = second, CreatedBefore = fourth }));
        Assert.Equal(["d"], await IdsAsync(new TaskQuery { CreatedAfter = second.AddTicks(1), UpdatedAfter = Samples.Epoch.AddHours(4) }));
        Assert.Equal(["b", "a"], await IdsAsync(new TaskQuery { UpdatedBefore = Samples.Epoch.AddHours(3) }));
        var elsewhere = Samples.Epoch.AddHours(2).ToOffset(TimeSpan.FromHours(9));
        Assert.Equal(["b"], await IdsAsync(new TaskQuery { UpdatedAfter = elsewhere, CreatedBefore = second.AddTicks(1) }));
        Assert.Equal(2, (await _host.Index.CountAsync(new TaskQuery { CreatedAfter = second, CreatedBefore = fourth })).Total);
        Assert.Equal(3, (await _host.Index.CountAsync(new TaskQuery { UpdatedAfter = Samples.Epoch.AddHours(2) })).Total);
    }

    [Fact]
    public async Task ErrorsAreFoundByAnyTextInThem_InSmallOrCapitalLetters()
    {
        await _host.WriteAsync(Samples.Document("one", status: RunStatus.Failed, errors: ["voice: Größe 100%\nof \"it\" \0 \ud800 _x", "second: Timeout"]));
        await _host.WriteAsync(Samples.Document("two", status: RunStatus.Failed, errors: ["second: time out"]));
        await _host.WriteAsync(Samples.Document("none"));
        var retried = Samples.Document("retried", errors: ["voice: timeout"]);
        await _host.WriteAsync(new TaskDocument(retried.State! with { FormerErrors = 1 }, retried.Commit));

        foreach (var (text, expected) in new[]
        {
            ("TIMEOUT", (string[])["one"]), ("größe 100% OF \"IT\"", ["one"]), ("second:", ["one", "two"]), ("0%_", []), ("_", ["one"]), ("\ud800", ["one"]),
            ("x second", ["one"]), ("'", []),
        })
        {
            Assert.Equal((text, string.Join(' ', expected)), (text, string.Join(' ', await IdsAsync(new TaskQuery { Error = text }))));
            Assert.Equal(expected.Length, (await _host.Index.CountAsync(new TaskQuery { Error = text })).Total);
        }

        var etag = (await _host.ReadAsync("two")).ETag;
        await _host.WriteAsync(Samples.Document("two", 2, RunStatus.Failed, errors: ["second: time out", "late"]), etag);
        Assert.Equal(["two"], await IdsAsync(new TaskQuery { Error = "Late" }));
    }

    [Fact]
    public async Task APageOfAnotherList_IsRefusedInWords()
    {
        await WriteAllAsync(("a", 1), ("b", 2), ("c", 3));
        var query = new TaskQuery { PageSize = 1, Sort = TaskSort.Updated, Statuses = [RunStatus.Running, RunStatus.Failed], Labels = [] };
        var next = (await _host.Index.QueryAsync(query)).Next;
        Assert.NotNull(next);
        Assert.Single((await _host.Index.QueryAsync(query with { After = next, Statuses = [RunStatus.Failed, RunStatus.Running] })).Tasks);
        Assert.Equal(2, (await _host.Index.QueryAsync(query with { After = next, PageSize = 9 })).Tasks.Length);
        foreach (var (other, words) in new[]
        {
            (query with { Sort = TaskSort.Priority }, "of a list by updated, descending, not of one by priority, descending"),
            (query with { Ascending = true }, "not of one by updated, ascending"),
            (query with { Statuses = [] }, "other conditions"),
            (query with { Labels = [new("k", "v")] }, "other conditions"),
            (query with { Error = "x" }, "other conditions"),
            (query with { Pipeline = "document-video" }, "other conditions"),
            (query with { CreatedAfter = Samples.Epoch }, "other conditions"),
            (query with { UpdatedBefore = DateTimeOffset.MaxValue }, "other conditions"),
        })
        {
            var refusal = await Assert.ThrowsAnyAsync<ArgumentException>(() => _host.Index.QueryAsync(other with { After = next }));
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A silo of a former program may have answered with the page before.</summary>
    [Fact]
    public async Task APageOfAFormerProgram_IsGoneOnWith()
    {
        await WriteAllAsync(("a", 1), ("b", 2), ("c", 3));
        var next = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes($"{Samples.Epoch.AddDays(2).UtcTicks:x} b"));
        Assert.Equal(["a"], await IdsAsync(new TaskQuery { After = next }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => _host.Index.QueryAsync(new TaskQuery { After = next, Ascending = true }));
    }

    /// <summary>Those that nobody writes meanwhile are each shown once; of the others, none is shown twice where the list begins with the newest.</summary>
    [Theory]
    [InlineData(TaskSort.Created, false)]
    [InlineData(TaskSort.Updated, false)]
    [InlineData(TaskSort.Updated, true)]
    [InlineData(TaskSort.Priority, false)]
    public async Task PagesStayRight_WhileTasksChange(TaskSort sort, bool ascending)
    {
        var etags = new Dictionary<string, string>();
        for (var i = 0; i < 24; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            etags[$"t{i:d2}"] = await _host.WriteAsync(Samples.Document($"t{i:d2}", createdAt: Samples.Epoch.AddMinutes(i), priority: i % 3));
        }

        var (seen, round) = (new List<string>(), 0);
        var query = new TaskQuery { PageSize = 4, Sort = sort, Ascending = ascending };
        do
        {
            var page = await _host.Index.QueryAsync(query);
            seen.AddRange(page.Tasks.Select(task => task.TaskId.Value));
            query = query with { After = page.Next };
            _time.Advance(TimeSpan.FromMinutes(1));

            // One is written again, one goes, one comes.
            var (changed, gone) = ($"t{round * 5:d2}", $"t{12 + round:d2}");
            if (round < 2)
            {
                var again = Samples.Document(changed, 2, createdAt: Samples.Epoch.AddMinutes(round * 5), priority: round * 5 % 3);
                etags[changed] = await _host.WriteAsync(again, etags[changed]);
                await _host.WriteAsync(Samples.Tombstone(gone, 2), etags[gone]);
                await _host.WriteAsync(Samples.Document($"n{round}", createdAt: Samples.Epoch.AddHours(round)));
            }

            round++;
        }
        while (query.After is not null);

        var touched = new[] { "t00", "t05", "t12", "t13", "n0", "n1" };
        Assert.Equal(Enumerable.Range(0, 24).Select(i => $"t{i:d2}").Except(touched), seen.Except(touched).Order());
        if (!ascending)
        {
            Assert.Equal(seen.Count, seen.Distinct().Count());
        }
    }

    /// <summary>Any conditions and any order, page after page, against the plainest way to say the same.</summary>
    [Fact]
    public async Task AnyQuery_FindsWhatItSays()
    {
        var random = new Random(11);
        var tasks = new List<TaskSummary>();
        for (var i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            var document = AnyDocument($"{(char)('a' + random.Next(3))}{i}", random);
            await _host.WriteAsync(document);
            tasks.Add(document.GetSummary(_time.GetUtcNow()));
        }

        for (var i = 0; i < 40; i++)
        {
            var query = AnyQuery(random);
            var expected = Expected(tasks, query).Select(task => task.TaskId.Value).ToArray();
            var (seen, page) = (new List<string>(), query);
            do
            {
                var answer = await _host.Index.QueryAsync(page);
                seen.AddRange(answer.Tasks.Select(task => task.TaskId.Value));
                page = page with { After = answer.Next };
            }
            while (page.After is not null);

            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', seen)));
            Assert.Equal(expected.Length, (await _host.Index.CountAsync(query)).Total);
        }
    }

    private static TaskDocument AnyDocument(string id, Random random)
    {
        var labels = TaskState.NoLabels;
        foreach (var key in new[] { "x", "y" }.Where(_ => random.Next(3) > 0))
        {
            labels = labels.Add(key, $"{random.Next(2)}");
        }

        var document = Samples.Document(
            id,
            status: (RunStatus)random.Next(6),
            createdAt: Samples.Epoch.AddMinutes(random.Next(20)),
            labels: labels,
            priority: random.Next(3) - 1,
            errors: random.Next(2) == 0 ? [] : [$"error {random.Next(3)}"]);
        var work = ScheduleSamples.AtWork("work", Samples.Epoch.AddMinutes(random.Next(9)));
        return random.Next(2) == 0 ? document : new TaskDocument(document.State! with { Stages = StageMap.Empty.With(work) }, document.Commit);
    }

    private static TaskQuery AnyQuery(Random random)
    {
        return new TaskQuery
        {
            Sort = (TaskSort)random.Next(3),
            Ascending = random.Next(2) == 0,
            PageSize = random.Next(2) == 0 ? 5 : 100,
            Statuses = random.Next(3) == 0 ? [RunStatus.Running, RunStatus.Failed, RunStatus.Pending] : [],
            IdPrefix = random.Next(4) == 0 ? "a" : null,
            Labels = random.Next(3) switch { 0 => [new("x", "1")], 1 => [new("x", "1"), new("y", "0")], _ => [] },
            Error = random.Next(3) == 0 ? "ROR 1" : null,
            CreatedAfter = Time(9),
            CreatedBefore = Time(9)?.AddMinutes(10),
            UpdatedAfter = Time(1),
            UpdatedBefore = Time(1)?.AddMinutes(2),
        };

        DateTimeOffset? Time(int minutes) => random.Next(4) == 0 ? Samples.Epoch.AddSeconds(random.Next(minutes * 60)) : null;
    }

    private static IEnumerable<TaskSummary> Expected(IEnumerable<TaskSummary> tasks, TaskQuery query)
    {
        var found = tasks.Where(task =>
            (query.Statuses.IsEmpty || query.Statuses.Contains(task.Status))
            && task.TaskId.Value.StartsWith(query.IdPrefix ?? "", StringComparison.Ordinal)
            && query.Labels.All(label => task.Labels.Contains(label))
            && (query.Error is null || task.Errors?.Contains(query.Error, StringComparison.OrdinalIgnoreCase) == true)
            && (query.CreatedAfter is null || task.CreatedAt >= query.CreatedAfter)
            && (query.CreatedBefore is null || task.CreatedAt < query.CreatedBefore)
            && (query.UpdatedAfter is null || task.UpdatedAt >= query.UpdatedAfter)
            && (query.UpdatedBefore is null || task.UpdatedAt < query.UpdatedBefore));
        var ordered = found
            .OrderByDescending(task => query.Sort switch
            {
                TaskSort.Created => task.CreatedAt.UtcTicks,
                TaskSort.Updated => task.UpdatedAt.UtcTicks,
                _ => task.Priority!.Value,
            })
            .ThenByDescending(task => task.CreatedAt)
            .ThenBy(task => task.TaskId.Value, StringComparer.Ordinal);
        return query.Ascending ? ordered.Reverse() : ordered;
    }
}
