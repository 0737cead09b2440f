using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Silo.Api;

/// <summary>Requests that wait for a state of a task.</summary>
internal static class TaskWaits
{
    /// <summary>The first state after the seen one for which the condition holds; null when none came in that time.</summary>
    public static async Task<TaskSnapshot?> WaitAsync(
        PipelineClient tasks, TaskId task, TaskSnapshot? seen, Func<TaskSnapshot, bool> isWanted, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(wait);
        try
        {
            await foreach (var snapshot in tasks.WatchAsync(task, seen?.Version ?? 0, patience.Token))
            {
                if (isWanted(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }

        return null;
    }
}
