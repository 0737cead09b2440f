using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Files;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>Brings the finished video of a task to where the person wants it.</summary>
internal static class VideoDelivery
{
    private const int BufferSize = 128 * 1024;

    /// <summary>What goes beside the video, by the ending that it has there.</summary>
    private static readonly (string Artifact, string Ending)[] Beside =
    [
        (ArtifactNames.CaptionsSrt, ".srt"),
        (ArtifactNames.CaptionsVtt, ".vtt"),
        (ArtifactNames.Thumbnail, ".thumbnail.png"),
        (ArtifactNames.Manifest, ".manifest.json"),
    ];

    /// <summary>
    /// Copies captions, thumbnail and manifest, and the verified video last: each beside its final name, durably, and only then by that name. So the video is
    /// whole or not there, and where it is, the others are.
    /// </summary>
    /// <returns>The paths of the videos, that in the document's own language first.</returns>
    /// <exception cref="CommandFailedException">It cannot be written there.</exception>
    public static async Task<IReadOnlyList<string>> DeliverAsync(TaskState state, IArtifactStore artifacts, string output, CancellationToken cancellationToken)
    {
        foreach (var (artifact, target) in FilesOf(state, output))
        {
            await CopyAsync(artifacts, artifact, target, cancellationToken);
        }

        return VideosOf(state, output);
    }

    /// <summary>Where the videos go: that in the document's own language as it is said, and those in others beside it.</summary>
    public static IReadOnlyList<string> VideosOf(TaskState state, string output) => [output, .. LanguagesOf(state).Select(language => In(output, language))];

    /// <summary>What a finished video consists of and where each file goes: the videos last, and that in the document's own language behind all.</summary>
    /// <exception cref="CommandFailedException">There is no video.</exception>
    public static IReadOnlyList<(Artifact Artifact, string Target)> FilesOf(TaskState state, string output)
    {
        var video = FindVideo(state);
        return
        [
            .. from language in (string?[])[null, .. LanguagesOf(state)]
               from beside in Beside
               let artifact = Find(state, ArtifactNames.In(beside.Artifact, language))
               where artifact is not null
               select (artifact, (language is null ? Path.ChangeExtension(output, null) : $"{Path.ChangeExtension(output, null)}.{language}") + beside.Ending),
            .. LanguagesOf(state).Select(language => (Find(state, ArtifactNames.In(ArtifactNames.Video, language))!, In(output, language))),
            (video, output),
        ];
    }

    /// <summary>The other languages in which the task made the video.</summary>
    private static IEnumerable<string> LanguagesOf(TaskState state) =>
        !state.Stages.TryGet(DocumentVideoPipeline.OutputHandling, out var stage) || stage.ArtifactDetails is not { } artifacts ? []
            : artifacts.Keys.Select(name => ArtifactNames.LanguageOf(name, ArtifactNames.Video)).OfType<string>().Order(StringComparer.Ordinal);

    private static string In(string output, string language) => $"{Path.ChangeExtension(output, null)}.{language}{Path.GetExtension(output)}";

    private static async Task CopyAsync(IArtifactStore artifacts, Artifact artifact, string output, CancellationToken cancellationToken)
    {
        var source = await artifacts.GetLocalPathAsync(artifact, cancellationToken);
        var folder = Path.GetDirectoryName(output)!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(output)}.{Path.GetRandomFileName()}");
        try
        {
            const FileOptions Whole = FileOptions.Asynchronous | FileOptions.SequentialScan;
            await using (var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, Whole))
            await using (var to = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous))
            {
                await from.CopyToAsync(to, cancellationToken);
                await to.FlushAsync(cancellationToken);
                PrivateFiles.MakeUsual(temporary);
                DurableFile.Sync(to.SafeFileHandle, temporary);
            }

            File.Move(temporary, output, overwrite: true);
            DurableFile.SyncDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CommandFailedException(
                ExitCode.Unavailable,
                $"The video is finished, but could not be written to {output}: {exception.Message} "
                    + $"It is kept at {source}; run the command again with another -o.",
                exception);
        }
    }

    private static Artifact? Find(TaskState state, string name) =>
        state.Stages.TryGet(DocumentVideoPipeline.OutputHandling, out var stage) && stage.ArtifactDetails?.TryGetValue(name, out var artifact) == true
            ? artifact
            : null;

    private static Artifact FindVideo(TaskState state) => Find(state, ArtifactNames.Video)
        ?? throw new CommandFailedException(
            ExitCode.Failed, $"Task {state.TaskId} is completed but has no video. Look at it with 'videogen describe {state.TaskId}'.");

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The message about the failed copy matters more than the leftover.
        }
    }
}
