using VideoGen.Cli.Hosting;
using VideoGen.Cli.Rehearsal.Records;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>Reads the tasks that writers update, one after the other.</summary>
internal sealed class MarkReader(string name, RemoteCluster cluster, MarkedTasks tasks, Recorder recorder)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(CancellationToken ending)
    {
        for (var i = 0; !ending.IsCancellationRequested; i++)
        {
            try
            {
                var task = tasks[i];
                var begun = recorder.Now;
                if (await cluster.Tasks.ReadAsync(task, ending) is { } seen)
                {
                    recorder.Add(new SeenState(task.Value, name, begun, seen.Version, seen.ETag, MarkText.Of(seen.ToState())));
                }

                await Task.Delay(Pace, ending);
            }
#pragma warning disable CA1031 // A read that a struck cluster does not answer says nothing; the next one may.
            catch (Exception)
#pragma warning restore CA1031
            {
                await Task.Yield();
            }
        }
    }
}
