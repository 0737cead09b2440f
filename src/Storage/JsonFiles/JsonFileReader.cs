using System.Collections.Immutable;
using VideoGen.Files;
using VideoGen.Storage.Queries;
using VideoGen.Storage.Records;
using VideoGen.Tasks;
using VideoGen.Tasks.Queries;

namespace VideoGen.Storage.JsonFiles;

/// <summary>Looks at the files of a store without taking its folder, so that a task can be looked at while another process works on it.</summary>
/// <remarks>
/// A file is replaced by a rename, so what is read of it is whole. Its name may not have reached the disk yet: the folder is synced before a caller gets
/// what was read (T4). Nothing is made, renamed or swept; a folder that is not there holds no tasks.
/// </remarks>
internal sealed class JsonFileReader(JsonFileStorageOptions options) : IRecordReader
{
    private readonly string _path = options.FullPath();
    private readonly TimeZoneInfo _localTime = options.LocalTime ?? TimeZoneInfo.Local;
    private Listing _listed = new([], []);

    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        if (File.Exists(_path))
        {
            throw new StoreException(StoreFault.Unusable, $"{_path} is a file; the JSON-file storage needs a folder.");
        }

        Look(Names);
        return Task.CompletedTask;
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) => ValueTask.FromResult(Look<StoredRecord?>(() =>
    {
        if (!key.IsTask)
        {
            return OtherRecords.Read(Path.Combine(_path, OtherRecords.FolderName, RecordFileNames.OfOther(key)), key);
        }

        try
        {
            return ReadTask(key.Id) is { } record ? new StoredRecord(record.ETag, record.Document.ToUtf8Json().ToMemory()) : null;
        }
        catch (FormatException exception)
        {
            throw RecordFile.Damaged(_path, key, exception.Message);
        }
    }));

    /// <summary>The first page says what the folder holds; those that follow it are of the same moment.</summary>
    public Task<TaskPage> QueryAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        if (query.After is null || _listed.Tasks.Count == 0)
        {
            _listed = ReadAll();
        }

        return Task.FromResult(SummaryLists.Page(_listed.Tasks, _listed.Unreadable, query));
    }

    public Task<TaskCounts> CountAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.Count(ReadAll().Tasks, query));

    public Task<ImmutableArray<TaskId>> FindOwedAsync(DateTimeOffset untouchedSince, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(SummaryLists.FindOwed(ReadAll().Tasks, untouchedSince, limit));

    /// <summary>Nothing is held between calls.</summary>
    public void Dispose()
    {
    }

    /// <exception cref="FormatException">The file is damaged.</exception>
    private RecordFile? ReadTask(string id) =>
        FileOf(id) is { } file ? RecordFile.Parse(file.Content, id, _localTime, file.Written) : null;

    /// <summary>
    /// A file of the Python system has the plain id as its name until a store opens the folder. That may be right now, hence the second look.
    /// </summary>
    private WholeFile? FileOf(string id)
    {
        var (ours, plain) = (RecordFileNames.OfTask(id), id + RecordFileNames.Extension);
        if (Read(ours) is { } file)
        {
            return file;
        }

        return plain == ours ? null : (Names().Contains(plain) ? Read(plain) : null) ?? Read(ours);
    }

    private WholeFile? Read(string name) => WholeFile.TryRead(Path.Combine(_path, name));

    private Listing ReadAll() => Look(() =>
    {
        var listing = new Listing([], []);
        var ids = Names().Select(name => RecordFileNames.TryGetTaskId(name, out var id) ? id.Value : null).OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            try
            {
                // The task may be gone by now.
                if (ReadTask(id)?.Document is { } document)
                {
                    listing.Tasks.Add(document.GetSummary(document.Commit.WrittenAt));
                }
            }
            catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
            {
                // The caller who asks for it by its id is told why.
                listing.Unreadable.Add(id);
            }
        }

        return listing;
    });

    /// <summary>
    /// The names of files of tasks. File systems may pass over a file that is replaced while its folder is listed (a tmpfs with some thousand files does), so
    /// the folder is listed until nothing new comes to light.
    /// </summary>
    private HashSet<string> Names()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        int known;
        do
        {
            known = names.Count;
            var files = Directory.Exists(_path) ? Directory.EnumerateFiles(_path, "*" + RecordFileNames.Extension) : [];
            names.UnionWith(files.Select(path => Path.GetFileName(path)));
        }
        while (names.Count > known);
        return names;
    }

    private T Look<T>(Func<T> look)
    {
        try
        {
            var seen = look();
            if (Directory.Exists(_path))
            {
                DurableFile.SyncDirectory(_path);
            }

            return seen;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Unusable, $"The folder {_path} cannot be read: {exception.Message}", exception);
        }
    }

    private sealed record Listing(List<TaskSummary> Tasks, List<string> Unreadable);
}
