using System.Collections.Frozen;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Client.Pipelines;

/// <summary>The pipelines that this process was given, and tasks of them.</summary>
public sealed class PipelineCatalog
{
    private readonly PipelineClient _tasks;
    private readonly FrozenDictionary<string, PipelineDefinition> _pipelines;
    private readonly IArtifactStore? _artifacts;

    /// <exception cref="InvalidOperationException">Two pipelines have one name.</exception>
    public PipelineCatalog(PipelineClient tasks, IEnumerable<PipelineDefinition> pipelines, IArtifactStore? artifacts = null)
    {
        _tasks = tasks;
        _artifacts = artifacts;
        var byName = pipelines.ToLookup(pipeline => pipeline.Name, StringComparer.Ordinal);
        _pipelines = byName.FirstOrDefault(name => name.Count() > 1) is { } doubled
            ? throw new InvalidOperationException($"Two pipelines are called '{doubled.Key}'. Give one of them another name.")
            : byName.ToFrozenDictionary(name => name.Key, name => name.Single(), StringComparer.Ordinal);
    }

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public PipelineDefinition this[string name] => _pipelines.TryGetValue(name, out var pipeline)
        ? pipeline
        : throw new ArgumentException(
            $"No pipeline '{name}' was added to this program. It has {string.Join(", ", _pipelines.Keys.Order(StringComparer.Ordinal))}.", nameof(name));

    /// <summary>Creates a task of the pipeline, or finds the one that the same content created before.</summary>
    /// <param name="pipeline">Its name.</param>
    /// <param name="task">The id of the task, which the caller chooses: said again, it means the same task.</param>
    /// <param name="input">What its stages are given: a JSON object.</param>
    /// <param name="cancellationToken">Ends the waiting; the task may be created all the same.</param>
    /// <exception cref="ArgumentException">There is no pipeline of that name.</exception>
    /// <exception cref="QueueFullException">A queue of the task takes no new ones now.</exception>
    public async Task<TaskReply> CreateAsync(string pipeline, TaskId task, JsonText input, CancellationToken cancellationToken = default)
    {
        var definition = this[pipeline];
        var folder = _artifacts is null ? null : await _artifacts.IdentifyAsync(cancellationToken).ConfigureAwait(false);
        return await _tasks.CreateAsync(new CreateTask(task, input, definition) { ArtifactFolder = folder }, cancellationToken).ConfigureAwait(false);
    }
}
