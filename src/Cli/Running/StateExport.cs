using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Views;
using VideoGen.Files;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Cli.Running;

/// <summary>Writes every task as a state file. A file is whole and durable under its name, or it is not there.</summary>
internal sealed class StateExport(IAnsiConsole console, ITaskSource tasks, bool overwrite)
{
    public async Task<int> ExecuteAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            DurableFolder.Create(folder);
            PrivateFiles.MakeUsual(folder);
        }

        var exported = 0;
        var skipped = 0;
        var query = new TaskQuery { PageSize = TaskQuery.MaxPageSize };
        TaskPage page;
        do
        {
            page = await tasks.ListAsync(query, cancellationToken);
            foreach (var task in page.Tasks)
            {
                if (await ExportAsync(task.TaskId, folder, cancellationToken) is { } why)
                {
                    skipped++;
                    Terminal.WriteLine(console, $"skipped {task.TaskId}: {why}");
                }
                else
                {
                    exported++;
                }
            }

            query = query with { After = page.Next };
        }
        while (page.Next is not null);

        DurableFile.SyncDirectory(folder);
        Terminal.WriteLine(console, $"{exported} exported, {skipped} skipped");
        return skipped == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Null when the task was exported, else why not.</summary>
    private async Task<string?> ExportAsync(TaskId task, string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, SeedStateFile.NameOf(task));
        if (!overwrite && File.Exists(file))
        {
            return $"{Path.GetFileName(file)} is there already; --overwrite replaces it";
        }

        var temporary = $"{file}.{Path.GetRandomFileName()}.tmp";
        try
        {
            if (await tasks.ReadAsync(task, cancellationToken) is not { } snapshot)
            {
                return "it was deleted meanwhile";
            }

            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(SeedStateFile.Format(snapshot.ToState()), cancellationToken);
                await stream.FlushAsync(cancellationToken);
                PrivateFiles.MakeUsual(temporary);
                DurableFile.Sync(stream.SafeFileHandle, temporary);
            }

            File.Move(temporary, file, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Storage.Records.StoreException)
        {
            File.Delete(temporary);
            return exception.Message;
        }
    }
}
