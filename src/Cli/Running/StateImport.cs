using System.Text.Json;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Views;
using VideoGen.Client.Tasks;
using VideoGen.Files;
using VideoGen.Storage.JsonFiles;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.State;

namespace VideoGen.Cli.Running;

/// <summary>
/// Takes over tasks from state files. A task that is here already is left alone. A file that cannot be taken is named with the reason, and the others
/// are taken.
/// </summary>
internal sealed class StateImport(IAnsiConsole console, PipelineClient tasks, TimeZoneInfo localTime)
{
    /// <summary>
    /// A file with more bytes than this is no state file. It may be longer than the stored document, since it is indented and spells characters out.
    /// </summary>
    private const int MaxFileLength = 4 * Limits.MaxDocumentBytes;

    public async Task<int> ExecuteAsync(IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        var imported = 0;
        var underOtherNames = new List<string>();
        foreach (var file in files)
        {
            imported += await ImportAsync(file, underOtherNames, cancellationToken) ? 1 : 0;
        }

        // The Python system looks for a task under its own name. What a copy holds counts only where no such file was taken.
        foreach (var file in underOtherNames)
        {
            imported += await ImportAsync(file, null, cancellationToken) ? 1 : 0;
        }

        Terminal.WriteLine(console, $"{imported} imported, {files.Count - imported} skipped");
        return imported == files.Count ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Whether the task was taken. A file whose name is not that of its task is put on the list, where there is one.</summary>
    private async Task<bool> ImportAsync(string file, List<string>? underOtherNames, CancellationToken cancellationToken)
    {
        TaskId id;
        JsonText json;
        try
        {
            var state = SeedStateFile.Parse(Read(file), localTime);
            id = state.TaskId;
            json = JsonText.FromElement(JsonSerializer.SerializeToElement(state, TaskJson.Default.TaskState));
        }
        catch (Exception exception) when (
            exception is FormatException or IOException or UnauthorizedAccessException or JsonException or ArgumentException or InvalidOperationException)
        {
            return Skip(file, exception.Message);
        }

        if (underOtherNames is not null && Path.GetFileName(file) is var name && name != $"{id}.json" && name != SeedStateFile.NameOf(id))
        {
            underOtherNames.Add(file);
            return false;
        }

        var reply = await tasks.ExecuteAsync(id, new SaveTask(0, json), cancellationToken);
        return reply switch
        {
            { IsRefused: false } => true,
            { Reason: RefusalReason.Conflict } => Skip(file, $"Task {id} is here already."),
            _ => Skip(file, reply.Message ?? "The store refused it."),
        };
    }

    private bool Skip(string file, string why)
    {
        Terminal.WriteLine(console, $"skipped {Path.GetFileName(file)}: {why}");
        return false;
    }

    private static byte[] Read(string file)
    {
        using var handle = RegularFile.OpenRead(file);
        var length = RandomAccess.GetLength(handle);
        if (length > MaxFileLength)
        {
            throw new FormatException($"It has {length} bytes; a state file has {MaxFileLength} at most.");
        }

        var content = new byte[length];
        var read = 0;
        while (read < content.Length && RandomAccess.Read(handle, content.AsSpan(read), read) is > 0 and var more)
        {
            read += more;
        }

        return content[..read];
    }
}
