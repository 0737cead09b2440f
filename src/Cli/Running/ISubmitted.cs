using Spectre.Console;
using VideoGen.Cli.Hosting;
using VideoGen.Files;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>What a person hands to a cluster: a document, or a pipeline of their own with its input.</summary>
internal interface ISubmitted
{
    /// <summary>Checks it, and puts what workers need where they find it. The cluster has not been reached yet.</summary>
    Task<CreateTask> PrepareAsync(IArtifactStore artifacts, CancellationToken cancellationToken);

    /// <summary>Checks what only the cluster knows.</summary>
    /// <exception cref="Exits.CommandFailedException">It does not fit the cluster.</exception>
    Task CheckAsync(RemoteCluster cluster, ClusterAddress address, CancellationToken cancellationToken);

    /// <summary>Brings what the completed task made to where the person wants it, and says so.</summary>
    /// <param name="console">The console to write to.</param>
    /// <param name="state">Of the completed task.</param>
    /// <param name="artifacts">Where its artifacts are.</param>
    /// <param name="took">How long all of it took; null when an earlier command had it made.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    Task FetchAsync(IAnsiConsole console, TaskState state, IArtifactStore artifacts, TimeSpan? took, CancellationToken cancellationToken);
}
