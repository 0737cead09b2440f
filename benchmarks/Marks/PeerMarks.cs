using System.Collections.Immutable;
using VideoGen.Benchmarks.Peers;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Benchmarks.Marks;

/// <summary>A plain Orleans grain, whose callers do what they can: they send a call again that ended in an exception.</summary>
internal sealed class PeerMarks<TGrain>(IGrainFactory grains) : IMarkedTasks
    where TGrain : IPeerTask
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(5);

    public async Task CreateAsync(string task)
    {
        foreach (var command in MarkCommands.Create(task))
        {
            await ExecuteAsync(task, command);
        }
    }

    public Task MarkAsync(string task, string mark) => ExecuteAsync(task, MarkCommands.Mark(mark));

    public async Task<ImmutableArray<string>> ReadAsync(string task)
    {
        try
        {
            return await grains.GetGrain<TGrain>(task).ReadMarksAsync();
        }
#pragma warning disable CA1031 // The activation may just be standing down; the next read comes soon.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    private async Task ExecuteAsync(string task, TaskCommand command)
    {
        while (true)
        {
            try
            {
                await grains.GetGrain<TGrain>(task).ExecuteAsync(command);
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the caller does not know whether the call took effect.
            catch (Exception)
#pragma warning restore CA1031
            {
                await Task.Delay(Delay);
            }
        }
    }
}
