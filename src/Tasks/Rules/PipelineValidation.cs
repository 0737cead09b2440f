using System.Collections.Immutable;
using VideoGen.Tasks.Pipelines;
using VideoGen.Tasks.Queues;
using VideoGen.Tasks.State;

namespace VideoGen.Tasks.Rules;

/// <summary>Something that is wrong with a definition.</summary>
/// <param name="Path">Where, as the JSON of the definition has it: <c>stages[2].retry</c>.</param>
/// <param name="Message">What, in a sentence.</param>
public readonly record struct PipelineProblem(string Path, string Message);

/// <summary>Validates a whole definition before any of it runs, in words that a person can act on.</summary>
public static class PipelineValidation
{
    private const string StagesPath = "stages";

    private const int MaxNameLength = 64;

    private const int MaxDependencies = 256;

    private const int MaxCodes = 16;

    /// <summary>Stages of a cycle that a message names; the rest is left out.</summary>
    private const int MaxNamedStages = 8;

    /// <summary>Everything that is wrong with the definition; nothing when it is sound.</summary>
    public static ImmutableArray<string> Check(PipelineDefinition pipeline) => [.. Find(pipeline).Select(problem => problem.Message)];

    /// <summary>The same, with the places.</summary>
    public static ImmutableArray<PipelineProblem> Find(PipelineDefinition pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var problems = ImmutableArray.CreateBuilder<PipelineProblem>();
        if (pipeline.Name is not { Length: >= 1 and <= MaxNameLength } || !StageName.TryParse(pipeline.Name, out var name, out _) || name.Unit is not null)
        {
            problems.Add(new("name", $"A pipeline needs a name of 1 to {MaxNameLength} characters of A-Z a-z 0-9 _ - ."));
        }

        if (pipeline.Stages.IsDefaultOrEmpty)
        {
            problems.Add(new(StagesPath, "The pipeline has no stage."));
            return problems.ToImmutable();
        }

        if (pipeline.Stages.Length > Limits.MaxStages)
        {
            problems.Add(new(StagesPath, $"The pipeline has {pipeline.Stages.Length} stages; {Limits.MaxStages} is the most."));
            return problems.ToImmutable();
        }

        if (pipeline.Timeout <= TimeSpan.Zero || pipeline.Timeout > Limits.MaxDuration)
        {
            problems.Add(new("timeout", $"The pipeline's timeout is not a positive time of at most {Limits.MaxDuration.TotalDays:0} days."));
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

        var problems = ImmutableArray.CreateBuilder<PipelineProblem>();
        CheckStages(added, [.. state.Stages.Select(stage => stage.Name)], problems);
        if (problems.Count == 0)
        {
            CheckCycles(
                state.Stages.Select(stage => new Node(stage.Name, stage.Plan?.Dependencies ?? [], stage.Plan is { IsGroup: true }))
                    .Concat(added.Select(stage => new Node(stage.Name, stage.DependsOn, false))),
                problems);
        }

        return problems.Count == 0 ? null : problems[0].Message;
    }

    private static void CheckStages(ImmutableArray<StageDefinition> stages, HashSet<StageName> known, ImmutableArray<PipelineProblem>.Builder problems)
    {
        var names = new HashSet<StageName>(known);
        for (var i = 0; i < stages.Length; i++)
        {
            var stage = stages[i];
            if (stage is null || stage.DependsOn.IsDefault || stage.Needs.IsDefault || stage.Retry is null || stage.Retry.NonRetryableCodes.IsDefault)
            {
                problems.Add(new(PathOf(i), "A stage, or its dependencies, needs or retry policy, is missing; send empty lists."));
                return;
            }

            if (StageName.Check(stage.Name) is { } problem)
            {
                problems.Add(new(PathOf(i, "name"), problem));
            }
            else if (!names.Add(stage.Name))
            {
                problems.Add(new(PathOf(i, "name"), $"Two stages are called '{stage.Name}'."));
            }

            CheckPolicies(stage, i, problems);
        }

        for (var i = 0; i < stages.Length; i++)
        {
            CheckDependencies(stages[i], i, names, problems);
        }
    }

    private static string PathOf(int stage, string? member = null) => member is null ? $"{StagesPath}[{stage}]" : $"{StagesPath}[{stage}].{member}";

    private static void CheckDependencies(StageDefinition stage, int at, HashSet<StageName> names, ImmutableArray<PipelineProblem>.Builder problems)
    {
        void Wrong(string place, string message) => problems.Add(new(PathOf(at, place), $"Stage '{stage.Name}' depends on {message}"));
        if (stage.DependsOn.Length > MaxDependencies)
        {
            Wrong("depends_on", $"{stage.DependsOn.Length} stages; {MaxDependencies} is the most.");
            return;
        }

        for (var i = 0; i < stage.DependsOn.Length; i++)
        {
            var dependency = stage.DependsOn[i];
            if (dependency.Value is null)
            {
                Wrong($"depends_on[{i}]", "a stage whose name is missing or malformed.");
            }
            else if (dependency == stage.Name)
            {
                Wrong($"depends_on[{i}]", "itself.");
            }
            else if (!names.Contains(dependency))
            {
                Wrong($"depends_on[{i}]", $"'{dependency}', which is not a stage of the pipeline.");
            }
        }
    }

    private static void CheckPolicies(StageDefinition stage, int at, ImmutableArray<PipelineProblem>.Builder problems)
    {
        void Wrong(string member, string message) => problems.Add(new(PathOf(at, member), $"Stage '{stage.Name}' {message}"));
        var retry = stage.Retry;
        if (retry.MaxAttempts is < 1 or > 100 || retry.FirstDelay < TimeSpan.Zero || retry.MaxDelay > TimeSpan.FromDays(1) || retry.MaxDelay < TimeSpan.Zero
            || !(retry.Factor is >= 1 and <= 10) || !(retry.Jitter is >= 0 and <= 1))
        {
            Wrong(
                "retry", "has a retry policy out of bounds: 1 to 100 attempts, delays of 0 s to 1 d, a factor of 1 to 10, a jitter of 0 to 1.");
        }

        if (retry.NonRetryableCodes.Length > MaxCodes || retry.NonRetryableCodes.Any(code => !NameText.IsPlain(code, Limits.MaxErrorCode)))
        {
            Wrong("retry.non_retryable_codes", $"names at most {MaxCodes} error codes of 1 to {Limits.MaxErrorCode} characters.");
        }

        if (stage.RunTimeout <= TimeSpan.Zero || stage.RunTimeout > Limits.MaxDuration)
        {
            Wrong("run_timeout", $"has a run timeout that is not a positive time of at most {Limits.MaxDuration.TotalDays:0} days.");
        }

        if (QueueName.Check(stage.Queue) is not null)
        {
            Wrong("queue", $"needs a queue name of 1 to {QueueName.MaxLength} characters of A-Z a-z 0-9 _ - .");
        }

        if (stage.Needs.Length > StageOffer.MaxNeeds || stage.Needs.Any(need => !NameText.IsPlain(need, StageOffer.MaxNeedLength)))
        {
            Wrong("needs", $"needs at most {StageOffer.MaxNeeds} capabilities of 1 to {StageOffer.MaxNeedLength} characters.");
        }

        if (stage.Parameters is { } parameters && (parameters.IsMalformed || !parameters.Value.StartsWith('{')))
        {
            Wrong("parameters", "has parameters that are not a JSON object.");
        }
        else if (stage.Parameters is { } given && (given.Value.Length > Limits.MaxParametersLength || given.Depth() > Limits.MaxParametersDepth))
        {
            Wrong(
                "parameters",
                $"has parameters of more than {Limits.MaxParametersLength} characters, or more than {Limits.MaxParametersDepth} objects within each other.");
        }

        if (StageLimit.Check(stage.Name, stage.Limits) is { } wrongLimits)
        {
            problems.Add(new(PathOf(at, "limits"), wrongLimits));
        }
    }

    /// <summary>
    /// Takes away stages that wait for nothing left, until none is; what remains is in a cycle or behind one. A group ends with its members, so it waits for
    /// them as for a dependency: a member that depends on what waits for its group would wait for itself.
    /// </summary>
    private static void CheckCycles(IEnumerable<Node> stages, ImmutableArray<PipelineProblem>.Builder problems)
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
            problems.Add(new(StagesPath, $"These stages wait for each other: {string.Join(" → ", [.. shown, cycle[0].Value])}."));
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
