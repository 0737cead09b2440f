using Microsoft.Extensions.Logging;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;
using VideoGen.Tasks.Stored;

namespace VideoGen.Storage.JsonFiles;

/// <summary>What is known of the files, and how it is read from them.</summary>
internal sealed partial class JsonFileRecordStore
{
    private void LoadAll(RecordFolder folder)
    {
        var damaged = 0;
        foreach (var path in Directory.EnumerateFiles(folder.Path, "*" + RecordFileNames.Extension))
        {
            var name = Path.GetFileName(path);
            if (!RecordFileNames.TryGetTaskId(name, out var id))
            {
                Ignored(path);
                continue;
            }

            if (TryLoad(folder, name, id) is { } damage)
            {
                damaged++;
                Damaged(id.Value, path, damage);
            }
        }

        Opened(folder.Path, _tasks.Count - damaged, damaged);
    }

    /// <summary>Why the file cannot be read, or null. One that cannot be read now does not keep the others from being listed.</summary>
    private string? TryLoad(RecordFolder folder, string name, TaskId id)
    {
        try
        {
            return UseOurName(folder, name, id) ? Load(folder, id.Value).File.Damage : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever asks for the task tries again, since the file has another stamp.
            _tasks[id.Value] = new TaskFile(null, null, TaskSchedule.Nothing, FileStamp.Missing, exception.Message);
            return exception.Message;
        }
    }

    /// <summary>A file of the Python system is named by the id as it is; with upper-case letters it gets the name under which we look for it.</summary>
    private bool UseOurName(RecordFolder folder, string name, TaskId id)
    {
        var ours = RecordFileNames.OfTask(id.Value);
        if (name == ours)
        {
            return true;
        }

        if (File.Exists(folder.PathOf(ours)))
        {
            Ignored(folder.PathOf(name));
            return false;
        }

        File.Move(folder.PathOf(name), folder.PathOf(ours));
        folder.Sync();
        return true;
    }

    private StoredRecord? ReadTask(RecordFolder folder, RecordKey key)
    {
        var (file, document) = Load(folder, key.Id);
        return file switch
        {
            { Damage: { } damage } => throw RecordFile.Damaged(folder.Path, key, damage),
            { ETag: { } etag } => new StoredRecord(etag, document!.ToUtf8Json().ToMemory()),
            _ => null,
        };
    }

    /// <summary>What is known of the file of a task, read again if somebody else changed it.</summary>
    private TaskFile Known(RecordFolder folder, RecordKey key)
    {
        var stamp = FileStamp.Of(folder.PathOf(RecordFileNames.OfTask(key.Id)));
        var file = _tasks.TryGetValue(key.Id, out var known) && known.Stamp == stamp ? known : Load(folder, key.Id).File;
        return file.Damage is null ? file : throw RecordFile.Damaged(folder.Path, key, file.Damage);
    }

    private (TaskFile File, TaskDocument? Document) Load(RecordFolder folder, string taskId)
    {
        var path = folder.PathOf(RecordFileNames.OfTask(taskId));
        var stamp = FileStamp.Of(path);
        try
        {
            if (stamp == FileStamp.Missing || WholeFile.TryRead(path) is not { } whole)
            {
                _tasks.TryRemove(taskId, out _);
                return (new TaskFile(null, null, TaskSchedule.Nothing, FileStamp.Missing, null), null);
            }

            var record = RecordFile.Parse(whole.Content, taskId, _localTime, stamp.Written);
            var file = new TaskFile(
                record.ETag, record.Document.GetSummary(record.Document.Commit.WrittenAt), record.Document.GetSchedule(), stamp, null);
            _tasks[taskId] = file;
            return (file, record.Document);
        }
        catch (FormatException exception)
        {
            var file = new TaskFile(null, null, TaskSchedule.Nothing, stamp, exception.Message);
            _tasks[taskId] = file;
            return (file, null);
        }
    }

    [LoggerMessage(LogLevel.Information, "The folder {Folder} holds {Tasks} tasks, and {Damaged} files that are damaged.")]
    private partial void Opened(string folder, int tasks, int damaged);

    [LoggerMessage(LogLevel.Error, "Task {TaskId} is set aside: {Damage} The file is {Path}.")]
    private partial void Damaged(string taskId, string path, string damage);

    [LoggerMessage(LogLevel.Warning, "The file {Path} is not looked at: its name is not that of a task, or another file holds its task.")]
    private partial void Ignored(string path);

    /// <summary>What is known of the file of one task.</summary>
    /// <param name="ETag">Null when there is no record.</param>
    /// <param name="Summary">What lists show.</param>
    /// <param name="Schedule">What queues and clocks must know.</param>
    /// <param name="Stamp">The file as it was then.</param>
    /// <param name="Damage">Why it cannot be read, or null.</param>
    private sealed record TaskFile(string? ETag, TaskSummary? Summary, TaskSchedule Schedule, FileStamp Stamp, string? Damage);

    /// <summary>Tells whether a file was changed by others.</summary>
    private readonly record struct FileStamp(DateTimeOffset Written, long Length)
    {
        public static FileStamp Missing { get; } = new(default, -1);

        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : Missing;
        }
    }
}
