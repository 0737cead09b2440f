using VideoGen.Tasks;

namespace VideoGen.Cli.Rehearsal.Loads;

/// <summary>The tasks that writers share. One that has many marks is followed by a new one, so that a long rehearsal costs no more than a short one.</summary>
internal sealed class MarkedTasks
{
    /// <summary>So many that every silo holds some of them.</summary>
    public const int Count = 6;

    private const long MaxVersion = 150;

    private readonly int[] _generations = new int[Count];

    public TaskId this[int place] => TaskId.Parse($"marked-{place % Count}-{Volatile.Read(ref _generations[place % Count])}");

    /// <summary>Whoever saw such a version of the task goes on with the next one.</summary>
    public void Note(int place, TaskId task, long version)
    {
        ref var generation = ref _generations[place % Count];
        var present = Volatile.Read(ref generation);
        if (version >= MaxVersion && task == TaskId.Parse($"marked-{place % Count}-{present}"))
        {
            Interlocked.CompareExchange(ref generation, present + 1, present);
        }
    }
}
