using Spectre.Console;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Files;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>A document, of which a video is made.</summary>
/// <param name="request">The document, and how the video should be.</param>
/// <param name="fetches">Whether the video is fetched; then it is looked first whether it can be written.</param>
internal sealed class SubmittedDocument(DocumentRequest request, bool fetches) : ISubmitted
{
    public Task<CreateTask> PrepareAsync(IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        if (fetches)
        {
            request.ResolveOutput();
        }

        return DocumentTask.PrepareAsync(request, artifacts, cancellationToken);
    }

    public Task CheckAsync(RemoteCluster cluster, ClusterAddress address, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task FetchAsync(
        IAnsiConsole console, TaskState state, IArtifactStore artifacts, TimeSpan? took, CancellationToken cancellationToken)
    {
        var videos = await VideoDelivery.DeliverAsync(state, artifacts, request.ResolveOutput(), cancellationToken);
        TaskOutcome.ReportVideo(console, state, videos, took);
    }
}
