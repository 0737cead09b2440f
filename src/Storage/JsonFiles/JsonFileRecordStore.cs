using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using VideoGen.Storage.Records;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// One readable file for each task, in the format of the Python system. Lists are answered from memory, which is filled from the files at the start.
/// </summary>
/// <remarks>
/// A damaged file is left where it is, so that a person can put it right: its task is in no list, and every use of it is an error that names it. A file
/// that somebody changed while the store is open is read again at its next use.
/// </remarks>
internal sealed partial class JsonFileRecordStore : IRecordBackend
{
    /// <summary>Files of one batch that are written side by side; the device merges their syncs.</summary>
    private const int ParallelWrites = 8;

    private readonly string _path;
    private readonly TimeZoneInfo _localTime;
    private readonly ILogger _logger;
    private readonly ETagSource _etags = new();
    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, TaskFile> _tasks = new(StringComparer.Ordinal);

    /// <summary>Records whose files are in place, while the folder could not be synced: they are written again before anybody sees them (T4).</summary>
    private readonly ConcurrentDictionary<RecordKey, bool> _unproven = [];
    private RecordFolder? _folder;
    private OtherRecords? _others;
    private bool _closed;

    public JsonFileRecordStore(JsonFileStorageOptions options, ILogger logger)
    {
        _path = options.FullPath();
        _localTime = options.LocalTime ?? TimeZoneInfo.Local;
        _logger = logger;
    }

    public int Partitions => 1;

    public int MaxBodyBytes => 64 * 1024 * 1024;

    public int PartitionOf(RecordKey key) => 0;

    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        Folder();
        return Task.CompletedTask;
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        var folder = Folder();
        try
        {
            Prove(folder, key);
            return ValueTask.FromResult(key.IsTask ? ReadTask(folder, key) : _others!.Read(key));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw RecordFolder.Explain(exception, _path, $"The {key} could not be read");
        }
    }

    public ValueTask<WriteVerdict[]> CommitAsync(IReadOnlyList<RecordWrite> batch)
    {
        var folder = Folder();
        var verdicts = new WriteVerdict[batch.Count];
        lock (_changing)
        {
            if (batch.Count == 1)
            {
                verdicts[0] = Apply(folder, batch[0]);
            }
            else
            {
                Parallel.For(0, batch.Count, new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites }, i => verdicts[i] = Apply(folder, batch[i]));
            }

            Settle(folder, batch, verdicts);
        }

        return ValueTask.FromResult(verdicts);
    }

    public Task<int> PurgeDeletedAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var folder = Folder();
        lock (_changing)
        {
            var old = _tasks.Where(task => task.Value.Summary is { Deleted: true } summary && summary.UpdatedAt < before).ToArray();
            try
            {
                foreach (var (id, _) in old)
                {
                    File.Delete(folder.PathOf(RecordFileNames.OfTask(id)));
                    _tasks.TryRemove(id, out _);
                }

                folder.Sync();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw RecordFolder.Explain(exception, _path, "Records of deleted tasks could not be removed");
            }

            return Task.FromResult(old.Length);
        }
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _closed = true;
            _folder?.Dispose();
            _folder = null;
            _others?.Dispose();
        }
    }

    private RecordFolder Folder()
    {
        if (_folder is { } open)
        {
            return open;
        }

        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_folder is null)
            {
                var folder = RecordFolder.Take(_path);
                try
                {
                    LoadAll(folder);
                    _others = new OtherRecords(RecordFolder.Take(folder.PathOf(OtherRecords.FolderName)));
                    _folder = folder;
                }
                finally
                {
                    if (_folder is null)
                    {
                        folder.Dispose();
                    }
                }
            }

            return _folder;
        }
    }

    /// <summary>Carries one write out, but for the sync of the folder. Its verdict is good only after that.</summary>
    private WriteVerdict Apply(RecordFolder folder, RecordWrite write)
    {
        try
        {
            ProveUnderLock(folder, write.Key);
            var current = write.Key.IsTask ? Known(folder, write.Key).ETag : _others!.ETagOf(write.Key);
            if (current != write.ExpectedETag)
            {
                return new WriteVerdict.Conflict(current);
            }

            var etag = write.Body is null ? null : _etags.Next();
            if (!write.Key.IsTask)
            {
                _others!.Put(write, etag);
            }
            else if (write.Body is { } body)
            {
                folder.Replace(RecordFileNames.OfTask(write.Key.Id), RecordFile.Format(body.ToMemory(), write.Key.Id, etag!));
            }
            else
            {
                File.Delete(folder.PathOf(RecordFileNames.OfTask(write.Key.Id)));
            }

            return new WriteVerdict.Stored(etag);
        }
        catch (StoreException exception)
        {
            return new WriteVerdict.Failed(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new WriteVerdict.Failed(RecordFolder.Explain(exception, _path, $"The {write.Key} could not be stored"));
        }
    }

    /// <summary>Syncs what the batch changed, and only then lets lists see it.</summary>
    private void Settle(RecordFolder folder, IReadOnlyList<RecordWrite> batch, WriteVerdict[] verdicts)
    {
        var stored = batch.Where((_, i) => verdicts[i] is WriteVerdict.Stored).ToArray();
        try
        {
            if (stored.Any(write => write.Key.IsTask))
            {
                folder.Sync();
            }

            if (stored.Any(write => !write.Key.IsTask))
            {
                _others!.Sync();
            }
        }
        catch (IOException exception)
        {
            foreach (var write in stored)
            {
                _unproven[write.Key] = true;
            }

            throw RecordFolder.Explain(exception, _path, "Whether the last records were stored is not known");
        }

        for (var i = 0; i < verdicts.Length; i++)
        {
            if (verdicts[i] is WriteVerdict.Stored { ETag: var etag } && batch[i] is { Key: { IsTask: true } key } write)
            {
                _tasks[key.Id] = new TaskFile(etag, write.Summary, write.Schedule, FileStamp.Of(folder.PathOf(RecordFileNames.OfTask(key.Id))), null);
            }

            if (verdicts[i] is WriteVerdict.Stored)
            {
                _unproven.TryRemove(batch[i].Key, out _);
            }
        }
    }

    /// <summary>Writes a record again whose place in the folder may not be durable.</summary>
    private void Prove(RecordFolder folder, RecordKey key)
    {
        if (!_unproven.ContainsKey(key))
        {
            return;
        }

        lock (_changing)
        {
            ProveUnderLock(folder, key);
        }
    }

    /// <summary>The caller holds <see cref="_changing"/>, or the batch of a caller who does gave it this record alone.</summary>
    private void ProveUnderLock(RecordFolder folder, RecordKey key)
    {
        if (!_unproven.ContainsKey(key))
        {
            return;
        }

        var (place, name) = key.IsTask ? (folder, RecordFileNames.OfTask(key.Id)) : (_others!.Folder, RecordFileNames.OfOther(key));
        if (WholeFile.TryRead(place.PathOf(name)) is { } stored)
        {
            place.Replace(name, stored.Content);
        }

        place.Sync();
        _unproven.TryRemove(key, out _);
    }
}
