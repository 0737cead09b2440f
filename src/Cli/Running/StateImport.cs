using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Views;
using VideoGen.Client.Tasks;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>Takes over tasks from state files. A task that is there already is left alone, and a file that cannot be read does not keep the others out.</summary>
internal sealed class StateImport(IAnsiConsole console, PipelineClient tasks, TimeZoneInfo localTime)
{
    /// <summary>A file with more bytes than this is no state file.</summary>
    private const int MaxFileLength = 2 * Limits.MaxDocumentBytes;

    public async Task<int> ExecuteAsync(IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        var skipped = 0;
        foreach (var file in files)
        {
            if (await ImportAsync(file, cancellationToken) is { } why)
            {
                skipped++;
                Terminal.WriteLine(console, $"skipped {Path.GetFileName(file)}: {why}");
            }
        }

        Terminal.WriteLine(console, $"{files.Count - skipped} imported, {skipped} skipped");
        return skipped == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Null when the task was imported, else why not.</summary>
    private async Task<string?> ImportAsync(string file, CancellationToken cancellationToken)
    {
        TaskState state;
        try
        {
            if (new FileInfo(file).Length > MaxFileLength)
            {
                return $"it has more than {MaxFileLength} bytes";
            }

            state = SeedStateFile.Parse(await File.ReadAllBytesAsync(file, cancellationToken), localTime);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }

        var json = JsonText.FromElement(JsonSerializer.SerializeToElement(state, TaskJson.Default.TaskState));
        var reply = await tasks.ExecuteAsync(state.TaskId, new SaveTask(0, json), cancellationToken);
        return reply switch
        {
            { IsRefused: false } => null,
            { Reason: RefusalReason.Conflict } => $"task {state.TaskId} is here already",
            _ => reply.Message,
        };
    }
}
