using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.Settings;

namespace VideoGen.Grains.Queues;

/// <summary>
/// What a new task needs from outside before it is stored: limits that somebody has defined, and room in the queues in which its first stages wait.
/// </summary>
internal sealed class CreationAdmission(IGrainFactory grains, CreationGates gates)
{
    /// <summary>The refusal; null when the task may be created. Then <see cref="Settle"/> follows when that has come to an end.</summary>
    public async Task<TaskReply?> ObjectionAsync(CreateTask create, long version)
    {
        if (await UnknownLimitAsync(create) is { } problem)
        {
            return TaskReplies.InvalidInput(problem, version);
        }

        var entered = new List<(string Queue, int Stages)>();
        foreach (var (queue, stages) in FirstStages(create.Pipeline!))
        {
            if (await gates.EnterAsync(queue, stages) is { } full)
            {
                entered.ForEach(entry => gates.Settle(entry.Queue, entry.Stages));
                var seconds = Math.Ceiling(full.RetryAfter.TotalSeconds);
                var why = $"Task {create.TaskId} is not created: {full.Waiting} stages wait in queue {queue}, which takes new tasks while fewer than "
                    + $"{full.Most} do. Try again in {seconds:0} s.";
                return TaskReplies.QueueFull(why, full.RetryAfter, version);
            }

            entered.Add((queue, stages));
        }

        return null;
    }

    /// <summary>The task is stored, or was refused.</summary>
    public void Settle(CreateTask create)
    {
        foreach (var (queue, stages) in FirstStages(create.Pipeline!))
        {
            gates.Settle(queue, stages);
        }
    }

    /// <summary>The stages that wait as soon as the task is there, by queue.</summary>
    private static IEnumerable<(string Queue, int Stages)> FirstStages(PipelineDefinition pipeline) => pipeline.Stages
        .Where(stage => !stage.IsGroup && stage.DependsOn.IsDefaultOrEmpty)
        .CountBy(stage => stage.Queue)
        .Select(entry => (entry.Key, entry.Value));

    private async Task<string?> UnknownLimitAsync(CreateTask create)
    {
        if (create.Pipeline!.Stages.All(stage => stage.Limits is null))
        {
            return null;
        }

        var known = (await grains.GetGrain<IClusterSettingsGrain>(0).ReadAsync()).Limits;
        foreach (var stage in create.Pipeline.Stages)
        {
            if ((stage.Limits ?? []).FirstOrDefault(limit => !known.ContainsKey(limit.Name)) is { } unknown)
            {
                return $"Task {create.TaskId} is not created: its stage {stage.Name} names limit {unknown.Name}, which nobody has defined. Define it with "
                    + $"'videogen limit set {unknown.Name} --max N', or take it out of the pipeline.";
            }
        }

        return null;
    }
}
