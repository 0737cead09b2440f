using VideoGen.Grains.Diagnostics;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>
/// The last durable document of a task, and the one way to replace it. Anything but a clean success of a write is unknown until the record was read
/// back: the stamp tells our own write from another's, and the ETag tells whether the record still stands where it stood.
/// </summary>
internal sealed class DurableRecord
{
    private readonly string _taskId;
    private readonly ITaskRecord _record;
    private readonly Guid _writer;
    private readonly TimeProvider _time;
    private readonly TaskClock _clock;
    private readonly Random _random;
    private readonly CommitOptions _options;
    private readonly VideoGenDiagnostics _diagnostics;
    private volatile StoredDocument _stored = new(new TaskDocument(), null);
    private volatile bool _isKnown;
    private long _sequence;
    private Task? _loading;

    public DurableRecord(
        string taskId,
        ITaskRecord record,
        Guid writer,
        TimeProvider time,
        TaskClock clock,
        Random random,
        CommitOptions options,
        VideoGenDiagnostics diagnostics)
    {
        _taskId = taskId;
        _record = record;
        _writer = writer;
        _time = time;
        _clock = clock;
        _random = random;
        _options = options;
        _diagnostics = diagnostics;
    }

    /// <summary>Called with each newly durable document, before anybody is answered.</summary>
    public Action? Published { get; set; }

    /// <summary>Called when this activation should end: another one writes the record too, or storage contradicts what it acknowledged.</summary>
    public Action? StandDown { get; set; }

    /// <summary>Whether it is known where the record stands; else load it before it is used.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>The last document known to be durable (T4). Empty before the first load.</summary>
    public TaskDocument Document => _stored.Document;

    /// <summary>
    /// Counts the documents that came from anywhere but a clean write of this activation. While it stays the same, no other activation has applied anything.
    /// </summary>
    public long Lineage { get; private set; }

    /// <summary>Whether storage has a record of the task, be it of a deleted one.</summary>
    public bool Exists => _stored.ETag is not null;

    /// <summary>
    /// Whether the record stands as this activation wrote it. Until then a write of the activation before, which died with it on the way, may still land on it;
    /// afterwards none can, since its ETag is gone.
    /// </summary>
    public bool IsOurs => Document.Commit.Writer == _writer;

    public DateTimeOffset LastWrite { get; private set; }

    /// <summary>The last durable state as it was written; null when there is no task.</summary>
    public TaskSnapshot? Snapshot => _stored.Snapshot;

    /// <summary>The same for any thread; null also when the record must be read first.</summary>
    public TaskSnapshot? SnapshotForAnyThread => _isKnown ? _stored.Snapshot : null;

    /// <summary>Reads the record, unless where it stands is known. Whoever asks meanwhile waits for the same read.</summary>
    public async Task LoadAsync()
    {
        while (!IsKnown)
        {
            // A completed read is never awaited again: the record may be in doubt anew since it ended.
            if (_loading is null or { IsCompleted: true })
            {
                _loading = ReadAndAdoptAsync();
            }

            await _loading;
        }
    }

    /// <summary>Reads the record again. True when it still stands where it stood; else the one that was found is the new base.</summary>
    public async Task<bool> ConfirmAsync()
    {
        var (found, etag) = await ReadAsync(null);
        return !AdoptFound(found, etag);
    }

    /// <summary>A document on top of the last one, under the next stamp of this activation.</summary>
    public TaskDocument Stamp(TaskFold fold) => fold.ToDocument(_writer, ++_sequence);

    /// <summary>
    /// True when the document is durable. False when another one is, which is then the new base. The same bytes go out again under the same ETag as long
    /// as the record still stands where it stood: whichever of the two arrives first wins, and they are equal.
    /// </summary>
    /// <exception cref="TaskStorageException">The outcome could not be learned.</exception>
    public async Task<bool> ReplaceAsync(TaskDocument document, int commands, int firstAttempt)
    {
        for (var attempt = firstAttempt; ; attempt++)
        {
            string? etag = null;
            Exception? failure;
            try
            {
                etag = await _record.WriteAsync(document, _stored.ETag);
                failure = etag is null ? new InvalidOperationException("The storage provider gave no ETag.") : null;
            }
#pragma warning disable CA1031 // Any exception is an unknown outcome; reading back tells which.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            if (failure is null)
            {
                Adopt(document, etag);
                return true;
            }

            var (stored, storedETag) = await ReadAsync(failure);
            if (stored.Commit.Writer == _writer && stored.Commit.Sequence == document.Commit.Sequence)
            {
                _diagnostics.AmbiguousWriteResolved(_taskId, failure);
                Adopt(document, storedETag);
                return true;
            }

            if (AdoptFound(stored, storedETag))
            {
                _diagnostics.Conflicted(_taskId);
                return false;
            }

            _diagnostics.WriteFailed(_taskId, attempt, commands, failure);
            if (attempt >= _options.MaxAttempts)
            {
                _isKnown = false;
                throw new TaskStorageException(
                    $"Task {_taskId} could not be written in {attempt} attempts, and whether the last one will still take effect is unknown: {failure.Message} "
                    + "Send the same operation again.",
                    cause: failure.Message);
            }

            await BackOffAsync(attempt);
        }
    }

    /// <summary>Where the record stands is not taken for granted any more; the next use reads it. What was durable stays so, and readers keep it.</summary>
    public void Doubt() => _isKnown = false;

    public Task BackOffAsync(int attempt) => new Backoff(_options.FirstDelay, _options.MaxDelay).WaitAsync(attempt, _random, _time);

    private async Task ReadAndAdoptAsync()
    {
        var (found, etag) = await ReadAsync(null);
        AdoptFound(found, etag);
    }

    /// <summary>The stored record, tried several times. An older one than was known to be durable is no answer: nothing acknowledged may vanish (T1).</summary>
    private async Task<(TaskDocument Document, string? ETag)> ReadAsync(Exception? writeFailure)
    {
        for (var attempt = 1; ; attempt++)
        {
            Exception failure;
            try
            {
                var (found, etag) = await _record.ReadAsync();
                if (found.Commit.Version >= Document.Commit.Version)
                {
                    return (found, etag);
                }

                failure = new InvalidDataException($"Storage holds version {found.Commit.Version}, but version {Document.Commit.Version} was stored before.");
            }
#pragma warning disable CA1031 // Whatever went wrong, reading is tried again; after the last attempt the callers hear of it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            if (attempt >= _options.MaxAttempts || TaskStorageException.IsLastingFailure(failure))
            {
                _isKnown = false;
                if (failure is InvalidDataException)
                {
                    StandDown?.Invoke();
                }

                _diagnostics.ReadFailed(_taskId, failure);
                throw new TaskStorageException(
                    writeFailure is null
                        ? $"Task {_taskId} could not be read from storage: {failure.Message}"
                        : $"Task {_taskId} could not be written ({writeFailure.Message}) nor read back ({failure.Message}), "
                        + "so whether the update was stored is unknown. Send the same operation again.",
                    cause: failure.Message,
                    isLasting: TaskStorageException.IsLastingFailure(failure));
            }

            await BackOffAsync(attempt);
        }
    }

    /// <summary>Takes a document that was read. True when it is another one than before, so that what waits must be judged by it anew.</summary>
    private bool AdoptFound(TaskDocument found, string? etag)
    {
        var isFirst = Lineage == 0;
        if (!isFirst && etag == _stored.ETag)
        {
            _isKnown = true;
            return false;
        }

        Lineage++;
        if (isFirst || found.Commit.Writer != _writer)
        {
            _clock.TakeOver(found.Commit);
        }

        Adopt(found, etag);
        if (!isFirst && found.Commit.Writer != _writer)
        {
            StandDown?.Invoke();
        }

        return true;
    }

    private void Adopt(TaskDocument document, string? etag)
    {
        document.ReleaseBytes();
        _stored = new StoredDocument(document, etag);
        _isKnown = true;
        LastWrite = _clock.Now;
        Published?.Invoke();
    }

    /// <summary>A document and the ETag under which it stands.</summary>
    private sealed class StoredDocument(TaskDocument document, string? etag)
    {
        private TaskSnapshot? _snapshot;

        public TaskDocument Document => document;

        public string? ETag => etag;

        public TaskSnapshot? Snapshot => document.State is null
            ? null
            : _snapshot ??= new TaskSnapshot(document.Commit.Version, etag!, document.StateJson, document.Commit.Writes);
    }
}
