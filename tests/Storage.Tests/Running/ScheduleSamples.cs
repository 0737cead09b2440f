using System.Collections.Immutable;
using VideoGen.Tasks;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.Tests.Running;

/// <summary>Tasks with stages that wait and stages at work.</summary>
internal static class ScheduleSamples
{
    public static TaskDocument Document(string taskId, long version, int priority, FairShare? share, DateTimeOffset createdAt, params StageState[] stages)
    {
        var state = new TaskState
        {
            TaskId = TaskId.Parse(taskId),
            Status = RunStatus.Running,
            CreatedAt = createdAt,
            StartedAt = createdAt,
            Version = version,
            Pipeline = new PipelineReference("p", 1),
            Priority = priority,
            FairShare = share,
            Stages = StageMap.Empty.WithRange(stages),
        };
        return new TaskDocument(state, new CommitRecord { TaskId = taskId, Version = version, Writes = version, WrittenAt = Samples.Epoch });
    }

    public static StageState Waiting(string name, string queue = "default", DateTimeOffset? notBefore = null, params string[] needs) => new()
    {
        Name = name,
        NotBefore = notBefore,
        Plan = new StagePlan { Queue = queue, Needs = needs.Length == 0 ? null : [.. needs] },
    };

    public static StageState AtWork(string name, DateTimeOffset until, params StageLimit[] limits) => new()
    {
        Name = name,
        Status = RunStatus.Running,
        Lease = new StageLease(new WorkerId("worker ü", Guid.NewGuid()), 3, until),
        Plan = new StagePlan { Limits = limits.Length == 0 ? null : [.. limits] },
    };

    /// <summary>A task of a few stages, of which some wait, in one of a few queues.</summary>
    public static TaskDocument Any(string taskId, long version, DateTimeOffset createdAt, Random random)
    {
        var stages = Enumerable.Range(0, random.Next(5)).Select(i => random.Next(3) switch
        {
            0 => AtWork($"work:{i}", Samples.Epoch.AddSeconds(random.Next(300)), random.Next(2) == 0 ? [] : [new("gpu", 2), new("vendor")]),
            1 => Waiting($"kind-{random.Next(2)}:{i}", $"q{random.Next(2)}", random.Next(2) == 0 ? null : Samples.Epoch.AddSeconds(random.Next(60))),
            _ => Waiting($"kind-{random.Next(2)}:{i}", "q0", null, random.Next(2) == 0 ? ["gpu", "big"] : ["gpu"]) with { Attempt = random.Next(3) },
        });
        var share = random.Next(3) switch { 0 => null, 1 => new FairShare("tenant ü"), _ => new FairShare("b", 2.5) };
        return Document(taskId, version, random.Next(3) - 1, share, createdAt, [.. stages]);
    }

    /// <summary>The rows of each queue are those of the documents as they are stored.</summary>
    public static async Task AssertMatchesAsync(StoreHost host, IEnumerable<string> tasks)
    {
        var schedules = await Task.WhenAll(tasks.Select(async task => (await host.ReadAsync(task)).State!.GetSchedule()));
        var rows = schedules.SelectMany(schedule => schedule.Ready).ToArray();
        foreach (var queue in (string[])["q0", "q1"])
        {
            var query = new ReadyQuery(queue, Samples.Epoch, 1_000, 1_000);
            Assert.Equal(Text(ReadyPage.Of(rows, query)), Text(await host.Index.FindReadyAsync(query)));
        }

        Assert.Equal(
            schedules.SelectMany(schedule => schedule.Held).Where(held => held.Limit == "gpu").Select(held => held.ToString()).Order(),
            (await host.Index.FindHoldersAsync("gpu")).Select(held => held.ToString()).Order());
        Assert.Equal(schedules.Count(schedule => schedule.NextDue is not null), (await host.Index.FindDueAsync(DateTimeOffset.MaxValue, 1_000)).Length);
    }

    /// <summary>What two pages, or lists, are compared by.</summary>
    public static string Text(ReadyPage page) => $"{string.Join('\n', page.Rows.Select(Text))}\n{page.IsComplete} {page.NextReadyAt:O}";

    public static string Text(ReadyStage row)
    {
        var limits = string.Join(',', (row.Offer.Limits ?? []).Select(limit => $"{limit.Name}={limit.Weight}"));
        return FormattableString.Invariant(
            $"{row.Queue} {row.Offer with { Needs = ImmutableArray<string>.Empty, Limits = null }} {row.Needs} {limits} {row.NotBefore?.UtcDateTime:O}");
    }

    public static string Text(ReadyCount count) =>
        FormattableString.Invariant($"{count.Queue} {count.Kind} {string.Join(',', count.Needs)} {count.Count} {count.Oldest.UtcDateTime:O}");
}
