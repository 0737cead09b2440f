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

    /// <summary>
    /// Copies the verified video beside its final name, makes it durable, and only then gives it that name, durably as well: the file is whole or not there.
    /// </summary>
    /// <returns>The path of the video.</returns>
    /// <exception cref="CommandFailedException">It cannot be written there.</exception>
    public static async Task<string> DeliverAsync(TaskState state, IArtifactStore artifacts, string output, CancellationToken cancellationToken)
    {
        var source = await artifacts.GetLocalPathAsync(FindVideo(state), cancellationToken);
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
            return output;
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

    private static Artifact FindVideo(TaskState state) =>
        state.Stages.TryGet(DocumentVideoPipeline.OutputHandling, out var stage)
        && stage.ArtifactDetails?.TryGetValue(ArtifactNames.Video, out var video) == true
            ? video
            : throw new CommandFailedException(
                ExitCode.Failed, $"Task {state.TaskId} is completed but has no video. Look at it with 'videogen show {state.TaskId}'.");

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
