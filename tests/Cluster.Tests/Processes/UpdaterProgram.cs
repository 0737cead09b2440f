using VideoGen.Client.Seed;
using VideoGen.Client.Tasks;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>
/// A process that appends marks of its own to tasks in turn through the state manager, and says each that was acknowledged, until a file appears.
/// </summary>
public static class UpdaterProgram
{
    public const string MarksKey = "marks";

    /// <summary>Calls of such an updater outlast any outage of a test. One that is not answered in the usual time ends every other updater.</summary>
    public const string Patient = "patient";

    /// <summary>Others win now and then; this many times in a row they do not.</summary>
    private const int MaxRetries = 1_000;

    /// <summary>So many updates that a fault always meets some, and so few that a task can hold all their marks.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <param name="args">The Redis of the cluster, the name of this updater, the file that ends it, <see cref="Patient"/> or nothing, and the tasks.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (redis, name, end, isPatient, tasks) = (args[0], args[1], args[2], args[3] == Patient, args[4..]);
        await using var client = await ClusterClient.ConnectAsync(redis);
        var manager = new TaskStateManager(isPatient ? client.Patient : client.Tasks, TimeProvider.System);
        for (var i = 0; !File.Exists(end); i++)
        {
            var (task, mark) = (tasks[i % tasks.Length], $"{name}{i};");
            await manager.UpdateAtomicAsync(TaskId.Parse(task), state => Append(state, mark), MaxRetries);
            Console.WriteLine($"acknowledged {task} {mark}");
            await Task.Delay(Pace);
        }

        return 0;
    }

    public static string MarksOf(TaskState state) =>
        state.Metadata.TryGetValue(MarksKey, out var marks) ? marks.ToElement().GetString()! : "";

    private static TaskState Append(TaskState state, string mark) =>
        state with { Metadata = state.Metadata.SetItem(MarksKey, JsonText.FromString(MarksOf(state) + mark)) };
}
