using System.Security.Cryptography;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Files;
using VideoGen.Tasks;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Http;

/// <summary>Fetches a file of a task over HTTP: it is whole, verified and durable under its name, or it is not there.</summary>
internal static class ArtifactDownload
{
    private const int BufferSize = 1 << 17;

    public static async Task SaveAsync(
        HttpCluster cluster, TaskId task, StageName stage, Artifact artifact, string output, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(output)}.{Path.GetRandomFileName()}");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.Asynchronous))
            {
                await cluster.DownloadAsync(
                    $"api/tasks/{task}/artifacts/{Uri.EscapeDataString(stage.Value)}/{Uri.EscapeDataString(artifact.Name)}", file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                file.Position = 0;
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) != artifact.Sha256)
                {
                    throw new CommandFailedException(
                        ExitCode.Unavailable, $"{artifact.Name} of task {task}, stage {stage}, arrived with another SHA-256 than it was made with. Try again.");
                }

                PrivateFiles.MakeUsual(temporary);
                DurableFile.Sync(file.SafeFileHandle, temporary);
            }

            File.Move(temporary, output, overwrite: true);
            DurableFile.SyncDirectory(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
