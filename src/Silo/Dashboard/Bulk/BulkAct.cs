using System.Collections.Immutable;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Dashboard.Bulk;

/// <summary>One act on many tasks. Each of them is asked once; what it refuses is told, and keeps nobody from the next.</summary>
internal sealed class BulkAct(string title, string? reason, string by, ImmutableArray<TaskId> tasks)
{
    /// <summary>Refusals that are told one by one.</summary>
    private const int MaxTold = 50;

    private readonly Lock _gate = new();
    private readonly List<(TaskId Task, string Why)> _refused = [];
    private int _done;
    private int _unchanged;
    private int _failed;

    public string Title => title;

    public string? Reason => reason;

    public string By => by;

    public int Count => tasks.Length;

    public async Task RunAsync(PipelineClient client, Func<TaskCommand> command, CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            try
            {
                Note(task, await client.ExecuteAsync(task, command(), cancellationToken));
            }
#pragma warning disable CA1031 // One task that cannot be reached keeps nobody from the others.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Refuse(task, $"It is not known whether it was done: {exception.Message}");
            }
        }
    }

    public BulkProgress Look()
    {
        lock (_gate)
        {
            return new BulkProgress(tasks.Length, _done, _unchanged, _failed, [.. _refused]);
        }
    }

    private void Note(TaskId task, TaskReply reply)
    {
        if (reply.IsRefused)
        {
            Refuse(task, reply.Message ?? "It was refused.");
            return;
        }

        lock (_gate)
        {
            _ = reply.Outcome == CommandOutcome.Unchanged ? _unchanged++ : _done++;
        }
    }

    private void Refuse(TaskId task, string why)
    {
        lock (_gate)
        {
            _failed++;
            if (_refused.Count < MaxTold)
            {
                _refused.Add((task, why));
            }
        }
    }
}

/// <summary>How far an act on many tasks is.</summary>
/// <param name="Count">All of them.</param>
/// <param name="Done">It took effect.</param>
/// <param name="Unchanged">There was nothing to do.</param>
/// <param name="Failed">It was refused, or its outcome is not known.</param>
/// <param name="Refused">Some of those, and why.</param>
internal sealed record BulkProgress(int Count, int Done, int Unchanged, int Failed, ImmutableArray<(TaskId Task, string Why)> Refused)
{
    public int Asked => Done + Unchanged + Failed;

    public bool IsOver => Asked == Count;
}
