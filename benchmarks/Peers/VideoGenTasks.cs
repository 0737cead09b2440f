using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Stored;

namespace VideoGen.Benchmarks.Peers;

/// <summary>Ours: the task grain of this repository over one of its stores. Every report has its own operation id.</summary>
internal sealed class VideoGenTasks(BenchmarkSilo silo, string store, string durability, int stages = 7) : IContender
{
    private TaskId[] _ids = [];
    private ITaskStateGrain[] _tasks = [];
    private ITaskReaderGrain? _reader;

    public string Name => $"VideoGen, {store}";

    public string Durability => durability;

    public Task ReadAsync(int task) => _reader!.ReadAsync(_ids[task]);

    public async Task PrepareAsync(int tasks)
    {
        _ids = [.. Enumerable.Range(0, tasks).Select(task => TaskId.Parse($"bench-{task:0000}"))];
        _tasks = [.. _ids.Select(id => silo.Grains.GetGrain<ITaskStateGrain>(id.Value))];
        _reader = silo.Grains.GetGrain<ITaskReaderGrain>(0);
        await Task.WhenAll(_tasks.Select((grain, i) => SetUpAsync(grain, SampleTask.SetUp(_ids[i], stages))));
    }

    /// <summary>
    /// An id that waited for a core until it was older than the ledger reaches back is replaced, as a client does whose call was the first of its id.
    /// </summary>
    public async Task ReportAsync(int task, int caller, long number)
    {
        var floor = default(DateTimeOffset);
        TaskReply reply;
        do
        {
            reply = await _tasks[task].ExecuteAsync(OperationId.Create(TimeProvider.System, floor), SampleTask.Report(caller, number));
            floor = reply.OperationFloor;
        }
        while (reply.Reason == RefusalReason.OperationExpired);
        Expect(reply);
    }

    /// <summary>The bytes that stand in the store.</summary>
    public async Task<byte[]> ReadStoredAsync(int task)
    {
        var record = new GrainState<TaskDocument>(new TaskDocument());
        await silo.Services.GetRequiredKeyedService<IGrainStorage>(Stores.Tasks).ReadStateAsync("task", _tasks[task].GetGrainId(), record);
        return record.State!.ToUtf8Json().ToArray();
    }

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    private static async Task SetUpAsync(ITaskStateGrain grain, IEnumerable<TaskCommand> commands)
    {
        foreach (var command in commands)
        {
            Expect(await grain.ExecuteAsync(OperationId.Create(TimeProvider.System), command));
        }
    }

    /// <summary>A report that was not stored must not count.</summary>
    private static void Expect(TaskReply reply)
    {
        if (reply.Outcome != CommandOutcome.Applied)
        {
            throw new InvalidOperationException($"A command was not applied but {reply.Outcome}: {reply.Reason} {reply.Message}");
        }
    }
}
