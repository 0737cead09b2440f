using System.Collections.Immutable;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>Validates a whole definition before any of it runs, in words that a person can act on.</summary>
public static class PipelineValidation
{
    private const int MaxNameLength = 64;

    private const int MaxDependencies = 256;

    private const int MaxCodes = 16;

    /// <summary>Stages of a cycle that a message names; the rest is left out.</summary>
    private const int MaxNamedStages = 8;

    /// <summary>Everything that is wrong with the definition; nothing when it is sound.</summary>
    public static ImmutableArray<string> Check(PipelineDefinition pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var problems = ImmutableArray.CreateBuilder<string>();
        if (pipeline.Name is not { Length: >= 1 and <= MaxNameLength } || !StageName.TryParse(pipeline.Name, out var name, out _) || name.Unit is not null)
        {
            problems.Add($"A pipeline needs a name of 1 to {MaxNameLength} characters of A-Z a-z 0-9 _ - .");
        }

        if (pipeline.Stages.IsDefaultOrEmpty)
        {
            problems.Add("The pipeline has no stage.");
            return problems.ToImmutable();
        }

        if (pipeline.Stages.Length > Limits.MaxStages)
        {
            problems.Add($"The pipeline has {pipeline.Stages.Length} stages; {Limits.MaxStages} is the most.");
            return problems.ToImmutable();
        }

        if (pipeline.Timeout <= TimeSpan.Zero || pipeline.Timeout > Limits.MaxDuration)
        {
            problems.Add($"The pipeline's timeout is not a positive time of at most {Limits.MaxDuration.TotalDays:0} days.");
        }

        CheckStages(pipeline.Stages, [], problems);
        if (problems.Count == 0)
        {
            CheckCycles(pipeline.Stages.Select(stage => new Node(stage.Name, stage.DependsOn, stage.IsGroup)), problems);
        }

        return problems.ToImmutable();
    }

    /// <summary>What is wrong with the stages that a completing stage adds; null when they are sound.</summary>
    internal static string? CheckFanOut(TaskState state, StageName source, ImmutableArray<StageDefinition> added)
    {
        if (state.Stages.Count + added.Length > Limits.MaxStages)
        {
            return $"Stage {source} adds {added.Length} stages to {state.Stages.Count}; {Limits.MaxStages} is the most.";
        }

        foreach (var stage in added)
        {
            if (stage?.Name.Group is not { } group
                || !state.Stages.TryGet(group, out var owner) || owner is not { Plan.IsGroup: true } || owner.Status.IsFinished())
            {
                return $"Stage {source} adds '{stage?.Name}', which is not a member (group:unit) of an open group of this pipeline.";
            }

            if (state.Stages.Contains(stage.Name))
            {
                return $"Stage {source} adds '{stage.Name}', which the task has already.";
            }

            if (stage.IsGroup)
            {
                return $"Stage {source} adds '{stage.Name}' as a group; a member of a group cannot be one.";
            }
        }

        var problems = ImmutableArray.CreateBuilder<string>();
        CheckStages(added, [.. state.Stages.Select(stage => stage.Name)], problems);
        if (problems.Count == 0)
        {
            CheckCycles(
                state.Stages.Select(stage => new Node(stage.Name, stage.Plan?.Dependencies ?? [], stage.Plan is { IsGroup: true }))
                    .Concat(added.Select(stage => new Node(stage.Name, stage.DependsOn, false))),
                problems);
        }

        return problems.FirstOrDefault();
    }

    private static void CheckStages(ImmutableArray<StageDefinition> stages, HashSet<StageName> known, ImmutableArray<string>.Builder problems)
    {
        var names = new HashSet<StageName>(known);
        foreach (var stage in stages)
        {
            if (stage is null || stage.DependsOn.IsDefault || stage.Needs.IsDefault || stage.Retry is null || stage.Retry.NonRetryableCodes.IsDefault)
            {
                problems.Add("A stage, or its dependencies, needs or retry policy, is missing; send empty lists.");
                return;
            }

            if (StageName.Check(stage.Name) is { } problem)
            {
                problems.Add(problem);
            }
            else if (!names.Add(stage.Name))
            {
                problems.Add($"Two stages are called '{stage.Name}'.");
            }

            CheckPolicies(stage, problems);
        }

        foreach (var stage in stages)
        {
            if (stage.DependsOn.Length > MaxDependencies)
            {
                problems.Add($"Stage '{stage.Name}' depends on {stage.DependsOn.Length} stages; {MaxDependencies} is the most.");
                continue;
            }

            foreach (var dependency in stage.DependsOn)
            {
                if (dependency.Value is null)
                {
                    problems.Add($"Stage '{stage.Name}' depends on a stage whose name is missing or malformed.");
                }
                else if (dependency == stage.Name)
                {
                    problems.Add($"Stage '{stage.Name}' depends on itself.");
                }
                else if (!names.Contains(dependency))
                {
                    problems.Add($"Stage '{stage.Name}' depends on '{dependency}', which is not a stage of the pipeline.");
                }
            }
        }
    }

    private static void CheckPolicies(StageDefinition stage, ImmutableArray<string>.Builder problems)
    {
        var name = stage.Name;
        var retry = stage.Retry;
        if (retry.MaxAttempts is < 1 or > 100 || retry.FirstDelay < TimeSpan.Zero || retry.MaxDelay > TimeSpan.FromDays(1) || retry.MaxDelay < TimeSpan.Zero
            || !(retry.Factor is >= 1 and <= 10) || !(retry.Jitter is >= 0 and <= 1))
        {
            problems.Add($"Stage '{name}' has a retry policy out of bounds: 1 to 100 attempts, delays of 0 s to 1 d, a factor of 1 to 10, a jitter of 0 to 1.");
        }

        if (retry.NonRetryableCodes.Length > MaxCodes || retry.NonRetryableCodes.Any(code => !NameText.IsPlain(code, Limits.MaxErrorCode)))
        {
            problems.Add($"Stage '{name}' names at most {MaxCodes} error codes of 1 to {Limits.MaxErrorCode} characters.");
        }

        if (stage.RunTimeout <= TimeSpan.Zero || stage.RunTimeout > Limits.MaxDuration)
        {
            problems.Add($"Stage '{name}' has a run timeout that is not a positive time of at most {Limits.MaxDuration.TotalDays:0} days.");
        }

        if (QueueName.Check(stage.Queue) is not null)
        {
            problems.Add($"Stage '{name}' needs a queue name of 1 to {QueueName.MaxLength} characters of A-Z a-z 0-9 _ - .");
        }

        if (stage.Needs.Length > StageOffer.MaxNeeds || stage.Needs.Any(need => !NameText.IsPlain(need, StageOffer.MaxNeedLength)))
        {
            problems.Add($"Stage '{name}' needs at most {StageOffer.MaxNeeds} capabilities of 1 to {StageOffer.MaxNeedLength} characters.");
        }

        if (StageLimit.Check(name, stage.Limits) is { } wrongLimits)
        {
            problems.Add(wrongLimits);
        }
    }

    /// <summary>
    /// Takes away stages that wait for nothing left, until none is; what remains is in a cycle or behind one. A group ends with its members, so it waits for
    /// them as for a dependency: a member that depends on what waits for its group would wait for itself.
    /// </summary>
    private static void CheckCycles(IEnumerable<Node> stages, ImmutableArray<string>.Builder problems)
    {
        var nodes = stages.ToDictionary(node => node.Name);
        var edges = nodes.Values.SelectMany(node => node.DependsOn.Where(nodes.ContainsKey).Select(awaited => (Awaited: awaited, Waiter: node.Name)))
            .Concat(nodes.Keys
                .Where(name => name.Group is { } group && nodes.TryGetValue(group, out var owner) && owner.IsGroup)
                .Select(name => (Awaited: name, Waiter: name.Group!.Value)))
            .ToArray();
        var waiters = edges.ToLookup(edge => edge.Awaited, edge => edge.Waiter);
        var waiting = nodes.Keys.ToDictionary(name => name, _ => 0);
        foreach (var (_, waiter) in edges)
        {
            waiting[waiter]++;
        }

        var free = new Queue<StageName>(nodes.Keys.Where(name => waiting[name] == 0));
        while (free.TryDequeue(out var name))
        {
            waiting.Remove(name);
            foreach (var waiter in waiters[name])
            {
                if (--waiting[waiter] == 0)
                {
                    free.Enqueue(waiter);
                }
            }
        }

        if (waiting.Count > 0)
        {
            var awaited = edges.Where(edge => waiting.ContainsKey(edge.Awaited)).ToLookup(edge => edge.Waiter, edge => edge.Awaited);
            var cycle = FindCycle(nodes.Keys.First(waiting.ContainsKey), awaited);
            string[] shown = [.. cycle.Take(MaxNamedStages).Select(name => name.Value), .. cycle.Count <= MaxNamedStages ? [] : (string[])["…"]];
            problems.Add($"These stages wait for each other: {string.Join(" → ", [.. shown, cycle[0].Value])}.");
        }
    }

    /// <summary>Follows the stages from one to the next that it waits for. Each of them waits for another one of them, so the path returns to itself.</summary>
    private static List<StageName> FindCycle(StageName start, ILookup<StageName, StageName> awaited)
    {
        var path = new List<StageName>();
        var seen = new Dictionary<StageName, int>();
        var name = start;
        while (seen.TryAdd(name, path.Count))
        {
            path.Add(name);
            name = awaited[name].First();
        }

        return path[seen[name]..];
    }

    private readonly record struct Node(StageName Name, ImmutableArray<StageName> DependsOn, bool IsGroup);
}
