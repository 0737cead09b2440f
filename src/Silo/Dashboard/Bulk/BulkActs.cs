using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Dashboard.Bulk;

/// <summary>
/// The acts on many tasks that this silo does or did lately. They are in its memory alone: a silo that ends before one is over leaves the rest as they are.
/// </summary>
internal sealed class BulkActs(PipelineClient tasks, IHostApplicationLifetime lifetime)
{
    /// <summary>Tasks of one act.</summary>
    public const int MaxTasks = 10_000;

    /// <summary>Acts that are remembered.</summary>
    private const int MaxKept = 50;

    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, BulkAct> _acts = [];

    public string Begin(string title, string? reason, string by, ImmutableArray<TaskId> chosen, Func<TaskCommand> command)
    {
        var act = new BulkAct(title, reason, by, chosen);
        var id = Guid.CreateVersion7().ToString("N");
        lock (_gate)
        {
            if (_acts.Count == MaxKept)
            {
                _acts.RemoveAt(0);
            }

            _acts.Add(id, act);
        }

        _ = RunAsync(act, command);
        return id;
    }

    public BulkAct? Find(string id)
    {
        lock (_gate)
        {
            return _acts.GetValueOrDefault(id);
        }
    }

    private async Task RunAsync(BulkAct act, Func<TaskCommand> command)
    {
        await Task.Yield();
        await act.RunAsync(tasks, command, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
