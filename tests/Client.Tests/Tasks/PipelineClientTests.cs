using VideoGen.Client.Tests.Fixtures;
using VideoGen.Grains.Commit;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.State;

namespace VideoGen.Client.Tests.Tasks;

public sealed class PipelineClientTests(ClientCluster cluster)
{
    [Fact]
    public async Task TheVerbsSayWhatBecameOfThem()
    {
        var task = ClientCluster.NewId();
        var create = new CreateTask(
            task, JsonText.Parse("""{"a":1}"""), new PipelineDefinition { Name = "p", Stages = [new StageDefinition { Name = "s", Queue = "nobody" }] });

        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CreateAsync(create)).Outcome);
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.CreateAsync(create)).Outcome);
        Assert.Equal(RefusalReason.Conflict, (await cluster.Tasks.CreateAsync(create with { InputConfig = JsonText.EmptyObject })).Reason);
        Assert.Contains("with priority 0, not 5", (await cluster.Tasks.CreateAsync(create with { Priority = 5 })).Message, StringComparison.Ordinal);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.ChangePriorityAsync(task, 5)).Outcome);
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.StartNowAsync(task)).Outcome);
        Assert.Equal(RefusalReason.NotFound, (await cluster.Tasks.SkipAsync(task, "nowhere")).Reason);
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.RetryAsync(task, ["s"])).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.PauseAsync(task)).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.ResumeAsync(task)).Outcome);
        Assert.Equal(RefusalReason.InvalidState, (await cluster.Tasks.DeleteAsync(task)).Reason);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CancelAsync(task)).Outcome);
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.CancelAsync(task)).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.RetryAsync(task)).Outcome);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.CancelAsync(task)).Outcome);
        Assert.Equal(RunStatus.Cancelled, (await cluster.Tasks.WaitAsync(task))!.Status);
        Assert.Equal(CommandOutcome.Applied, (await cluster.Tasks.DeleteAsync(task)).Outcome);
        Assert.Equal(CommandOutcome.Unchanged, (await cluster.Tasks.DeleteAsync(task)).Outcome);
        Assert.Equal(RefusalReason.NotFound, (await cluster.Tasks.CancelAsync(task)).Reason);
        Assert.Null(await cluster.Tasks.WaitAsync(task));
    }

    [Fact]
    public async Task AnAnswerThatIsLostMeansNeitherALostNorADoubledEffect()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var hidden = 0;
        await using var hiding = Faults.AfterWrite(
            cluster.Store, task, () => hidden++ < 12 ? throw new IOException("The connection was lost after the write.") : Task.CompletedTask);

        var reply = await cluster.Tasks.ExecuteAsync(task, new AddStage("once"));

        Assert.Equal((CommandOutcome.Applied, 2L), (reply.Outcome, reply.Version));
        Assert.Equal(2, (await cluster.LoadAsync(task)).Version);
        Assert.True(hidden > 0, "No answer was lost.");
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(VendorException))]
    public async Task AStoreThatIsDownForAWhileDelaysACommandAndNoMore(Type failure)
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var failures = 0;
        await using var failing = Faults.BeforeWrite(
            cluster.Store, task, () => failures++ < 12 ? throw (Exception)Activator.CreateInstance(failure)! : Task.CompletedTask);

        var reply = await cluster.Tasks.ExecuteAsync(task, new AddStage("late")).Happens("the command got through");

        Assert.Equal((CommandOutcome.Applied, 2L), (reply.Outcome, reply.Version));
        Assert.True(failures >= 12, "The store did not fail often enough for the task itself to give up.");
    }

    [Theory]
    [InlineData("read")]
    [InlineData("watch")]
    [InlineData("list")]
    [InlineData("count")]
    public async Task AStoreThatIsDownForAWhileDelaysAReadAndNoMore(string call)
    {
        var task = ClientCluster.NewId();
        // The task itself asks several times before it gives up; the index asks once.
        var failing = call is "read" or "watch" ? 3 * new CommitOptions().MaxAttempts / 2 : 2;
        var calls = 0;
        Task Fail() => Interlocked.Increment(ref calls) <= failing ? throw new VendorException() : Task.CompletedTask;
        cluster.Store.BeforeRead[task.Value] = Fail;
        cluster.Store.BeforeQuery[task.Value] = Fail;
        var query = new TaskQuery { IdPrefix = task.Value };

        var found = call switch
        {
            "read" => await cluster.Tasks.ReadAsync(task).Happens("the task was read") is not null,
            "watch" => await cluster.Tasks.WatchAsync(task).AnyAsync().AsTask().Happens("the task was watched"),
            "list" => !(await cluster.Tasks.ListAsync(query).Happens("the tasks were listed")).Tasks.IsEmpty,
            _ => (await cluster.Tasks.CountAsync(query).Happens("the tasks were counted")).Total > 0,
        };

        Assert.False(found, "There is no such task.");
        Assert.True(calls > failing, "The store was not asked again.");
    }

    [Fact]
    public async Task AStoreWithoutAListSaysSoAtOnce()
    {
        var prefix = ClientCluster.NewId().Value;
        cluster.Store.BeforeQuery[prefix] = () => throw new NotSupportedException("This store keeps no list of tasks.");

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(
            () => cluster.Tasks.ListAsync(new TaskQuery { IdPrefix = prefix }).Happens("the list was refused"));

        Assert.Equal("This store keeps no list of tasks.", refusal.Message);
    }

    [Fact]
    public async Task AnAnswerThatTakesTooLongIsAskedForAgainUnderTheSameOperation()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var release = new TaskCompletionSource();
        await using var slow = Faults.BeforeWrite(cluster.Store, task, () => release.Task);
        var client = new Client.Tasks.PipelineClient(
            cluster.Grains, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Client.Tasks.PipelineClient>.Instance)
        {
            AnswerTimeout = TimeSpan.FromMilliseconds(50),
        };

        var command = client.ExecuteAsync(task, new AddStage("once"));
        await Task.Delay(500);
        release.SetResult();

        Assert.Equal(CommandOutcome.Applied, (await command.Happens("the command got through")).Outcome);
        Assert.Equal(2, (await cluster.LoadAsync(task)).Version);
    }

    [Fact]
    public async Task ACallerThatCancelsIsReleasedAtOnce()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var release = new TaskCompletionSource();
        await using var slow = Faults.BeforeWrite(cluster.Store, task, () => release.Task);
        using var cancel = new CancellationTokenSource();
        var command = cluster.Tasks.ExecuteAsync(task, new AddStage("s"), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.Happens("the caller was released"));
        release.SetResult();
    }

    [Fact]
    public async Task AWatcherSeesTheEndAndEveryVersionRises()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId(), Status = RunStatus.Running })).TaskId;
        var seen = new List<long>();
        var last = RunStatus.Pending;
        async Task Watch()
        {
            await foreach (var snapshot in cluster.Tasks.WatchAsync(task))
            {
                seen.Add(snapshot.Version);
                last = snapshot.ToState().Status;
            }
        }

        var watching = Watch();
        for (var i = 0; i < 20; i++)
        {
            await cluster.Tasks.ExecuteAsync(task, new AddStage($"s{i}"));
        }

        await cluster.Tasks.CancelAsync(task);
        await watching.Happens("the watcher saw the end");
        Assert.Equal((22L, RunStatus.Cancelled), (seen[^1], last));
        Assert.Equal(seen.Distinct().Order(), seen);
    }

    [Fact]
    public async Task AWatcherOfADeletedOrUnknownTaskIsToldByTheEnd()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        var seen = new TaskCompletionSource();
        async Task Watch()
        {
            await foreach (var _ in cluster.Tasks.WatchAsync(task))
            {
                seen.TrySetResult();
            }
        }

        var watching = Watch();
        await seen.Task.Happens("the watcher saw the task");
        await cluster.Tasks.DeleteAsync(task);
        await watching.Happens("the watcher saw that the task is gone");
        await Watch().Happens("watching a task that is not there ended");
    }

    [Fact]
    public async Task AWatcherThatCancelsIsReleasedAtOnce()
    {
        var task = (await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId() })).TaskId;
        using var cancel = new CancellationTokenSource();
        var seen = new TaskCompletionSource();
        async Task Watch()
        {
            await foreach (var _ in cluster.Tasks.WatchAsync(task, cancellationToken: cancel.Token))
            {
                seen.TrySetResult();
            }
        }

        var watching = Watch();
        await seen.Task.Happens("the watcher saw the task");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.Happens("the watcher was released"));
    }

    [Fact]
    public async Task ADamagedRecordIsReportedAtOnceAndNotReplaced()
    {
        var task = ClientCluster.NewId();
        cluster.Store.Damage(task);
        var problem = await Assert.ThrowsAnyAsync<Exception>(
            () => cluster.Tasks.ReadAsync(task).WithinAsync(TimeSpan.FromSeconds(10), static () => "nothing is reported."));
        Assert.IsNotType<Xunit.Sdk.FailException>(problem);
        Assert.Contains(task.Value, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsAndCountsComeFromTheIndex()
    {
        var prefix = $"list{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++)
        {
            await cluster.States.SaveAsync(new TaskState { TaskId = ClientCluster.NewId(prefix), Status = i == 0 ? RunStatus.Failed : RunStatus.Pending });
        }

        var query = new TaskQuery { IdPrefix = prefix, PageSize = 2 };
        var first = await cluster.Tasks.ListAsync(query);
        var second = await cluster.Tasks.ListAsync(query with { After = first.Next });
        Assert.Equal((2, 1), (first.Tasks.Length, second.Tasks.Length));
        Assert.Null(second.Next);
        var counts = await cluster.Tasks.CountAsync(query);
        Assert.Equal((1L, 2L, 3L), (counts.ByStatus[RunStatus.Failed], counts.ByStatus[RunStatus.Pending], counts.Total));
    }

    /// <summary>What only the store knows of, and Orleans' serializer does not.</summary>
    private sealed class VendorException : Exception;
}
