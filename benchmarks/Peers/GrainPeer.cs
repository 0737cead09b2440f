using VideoGen.Benchmarks.Load;
using VideoGen.Benchmarks.Silos;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Benchmarks.Peers;

/// <summary>A plain Orleans grain for each task.</summary>
internal sealed class GrainPeer<TGrain>(BenchmarkSilo silo, string name, string durability) : IContender
    where TGrain : IPeerTask
{
    private TGrain[] _tasks = [];

    public string Name => name;

    public string Durability => durability;

    public async Task PrepareAsync(int tasks)
    {
        var ids = Enumerable.Range(0, tasks).Select(task => TaskId.Parse($"bench-{task:0000}")).ToArray();
        _tasks = [.. ids.Select(id => silo.Grains.GetGrain<TGrain>(id.Value))];
        await Task.WhenAll(_tasks.Select((grain, i) => SetUpAsync(grain, SampleTask.SetUp(ids[i]))));
    }

    public Task ReportAsync(int task, int caller, long number) => _tasks[task].ExecuteAsync(SampleTask.Report(caller, number));

    public ValueTask DisposeAsync() => silo.DisposeAsync();

    private static async Task SetUpAsync(TGrain grain, IEnumerable<TaskCommand> commands)
    {
        foreach (var command in commands)
        {
            await grain.ExecuteAsync(command);
        }
    }
}
